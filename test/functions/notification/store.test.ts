import { afterAll, beforeAll, expect, it } from 'vitest'
import type { NotificationStore } from '../../../functions/notification/model.ts'
import { createNotificationStore } from '../../../functions/notification/store.ts'
import type { Dynamo } from '../../../shared/dynamo.ts'
import { randomId } from '../../../shared/ids.ts'
import { createMemoryStore } from './memory-store.ts'
import { storeContract } from './store.contract.ts'
import { startTable } from './table-engine.ts'

let at: Awaited<ReturnType<typeof startTable>>
let real: NotificationStore
beforeAll(async () => {
  at = await startTable()
  real = createNotificationStore(at)
})
afterAll(() => at?.stop())

const double = createMemoryStore()

storeContract('in the table', () => real)
storeContract('the double in memory', () => double)

it.each([1, 2, 3])('answers a repeat that its first call overtakes after step %d', async (overtaken) => {
  const person = randomId()
  const english = { language: 'en', email: { enabled: false } } as const
  const by = { command: { scope: 's', body: 'b' }, ifMatch: 0 }
  let steps = 0
  const overtaking = new Proxy(at.dynamo, {
    get: (dynamo, name) =>
      name !== 'send'
        ? Reflect.get(dynamo, name)
        : async (command: Parameters<Dynamo['send']>[0]) => {
            steps += 1
            if (overtaken === 3 && steps === 3) await real.choose(person, english, by)
            const answer = await dynamo.send(command)
            if (steps === overtaken && overtaken < 3) await real.choose(person, english, by)
            return answer
          },
  })
  const repeat = createNotificationStore({ dynamo: overtaking, table: at.table })
  expect(await repeat.choose(person, english, by)).toEqual({
    body: { ...english, version: 1 },
    replayed: true,
  })
  expect(await real.of(person)).toEqual({ ...english, version: 1 })
})
