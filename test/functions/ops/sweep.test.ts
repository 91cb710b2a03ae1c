import { expect, it } from 'vitest'
import { createPublish } from '../../../functions/ops/publish.ts'
import { createSweep } from '../../../functions/ops/use-cases.ts'
import { createLog } from '../../../shared/log.ts'
import { seconds } from '../../../shared/time.ts'
import { fakeBus, memoryOutbox, start } from './outbox-double.ts'

const setUp = (now: number, refuses?: Parameters<typeof fakeBus>[0]) => {
  const memory = memoryOutbox()
  const fake = fakeBus(refuses)
  const lines: Record<string, unknown>[] = []
  const log = createLog('test', (line) => lines.push(JSON.parse(line)))
  const sweep = createSweep({
    publish: createPublish({ bus: fake.bus, outbox: memory.outbox, log }),
    outbox: memory.outbox,
    clock: { now: () => now },
    log,
    tables: ['dossiers', 'documents'],
  })
  return { memory, ...fake, sweep, lines }
}
const plenty = () => 60_000

it('leaves the first minute to the relay', async () => {
  const young = setUp(start + seconds(60))
  young.memory.add('dossiers', 1)
  expect(await young.sweep(plenty)).toEqual({ found: 0, left: 0 })
  const old = setUp(start + seconds(60) + 1)
  old.memory.add('dossiers', 1)
  expect(await old.sweep(plenty)).toEqual({ found: 1, left: 0 })
  expect(old.taken).toHaveLength(1)
})

it('goes through every page of every table and reports the oldest', async () => {
  const { memory, sweep, taken, lines } = setUp(start + seconds(600))
  for (let index = 0; index < 8; index += 1) memory.add('dossiers', index, start + index)
  memory.add('documents', 100, start - seconds(100))
  expect(await sweep(plenty)).toEqual({ found: 9, left: 0 })
  expect(taken).toHaveLength(9)
  expect(memory.waiting()).toBe(0)
  expect(lines.at(-1)).toMatchObject({ count: 9, durationMs: seconds(700) })
})

it('is not held up by an event the bus will not take', async () => {
  const { memory, sweep } = setUp(start + seconds(600), ({ subject }) => subject === 'dossier/0')
  for (let index = 0; index < 8; index += 1) memory.add('dossiers', index, start + index)
  expect(await sweep(plenty)).toEqual({ found: 8, left: 1 })
  expect(memory.waiting()).toBe(1)
})

it('stops when its time is short, after at least one page of each table', async () => {
  const { memory, sweep, taken } = setUp(start + seconds(600))
  for (let index = 0; index < 8; index += 1) memory.add('dossiers', index, start + index)
  memory.add('documents', 100)
  await sweep(() => 9_000)
  expect(taken).toHaveLength(4)
})
