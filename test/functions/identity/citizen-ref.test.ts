import { createHmac } from 'node:crypto'
import { beforeEach, expect, it } from 'vitest'
import { createCitizenRef } from '../../../functions/identity/public.ts'

let calls: string[]
let broken: boolean
const keys = {
  mac: async (keyId: string, message: string) => {
    calls.push(message)
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (broken) throw new Error('the key service is down')
    return createHmac('sha256', keyId).update(message).digest()
  },
}
beforeEach(() => {
  calls = []
  broken = false
})

it('asks the key service once for 200 parallel requests of one person', async () => {
  const citizenRef = createCitizenRef({ keys, keyId: 'k' })
  const refs = await Promise.all(Array.from({ length: 200 }, () => citizenRef('037090000001')))
  expect(calls).toHaveLength(1)
  expect(new Set(refs).size).toBe(1)
  expect(refs[0]).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
})

it('is another reference for another person and under another key', async () => {
  const citizenRef = createCitizenRef({ keys, keyId: 'k' })
  const other = createCitizenRef({ keys, keyId: 'other' })
  const refs = [
    await citizenRef('037090000001'),
    await citizenRef('037090000002'),
    await other('037090000001'),
  ]
  expect(new Set(refs).size).toBe(3)
})

it('forgets the number not used for longest when it knows too many', async () => {
  const citizenRef = createCitizenRef({ keys, keyId: 'k', remember: 2 })
  for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await citizenRef(id)
  expect(calls).toEqual(['a', 'b', 'c', 'b'])
})

it('forgets a failure', async () => {
  const citizenRef = createCitizenRef({ keys, keyId: 'k' })
  broken = true
  await expect(Promise.all([citizenRef('a'), citizenRef('a')])).rejects.toThrow('down')
  broken = false
  await expect(citizenRef('a')).resolves.toHaveLength(26)
  expect(calls).toHaveLength(2)
})
