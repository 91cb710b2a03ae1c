import { afterAll, beforeAll } from 'vitest'
import { memoryWorld } from './memory-world.ts'
import { type Storage, startStorage } from './storage.ts'
import { describeStorage } from './store.contract.ts'
import { realWorld } from './world.ts'

let storage: Storage
beforeAll(async () => {
  storage = await startStorage()
})
afterAll(() => storage.stop())

describeStorage('documents in memory', memoryWorld)
describeStorage('documents in the table and the buckets', () => realWorld(storage))
