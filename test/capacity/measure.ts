import { rounds } from '../../infra/local/cloud/server.ts'
import type { Stack } from '../kit/stack.ts'

/** What an operation took of the database. */
export interface Taken {
  /** Round trips one after the other; calls at the same time share one. */
  rounds: number
  calls: number
  readUnits: number
  writeUnits: number
}

const reads = new Set(['GetItem', 'Query', 'BatchGetItem', 'Scan', 'TransactGetItems'])

/** Counts what the calls of some work consumed; a little delay lets calls that are sent together overlap. */
export const measure = async (stack: Stack, work: () => Promise<unknown>): Promise<Taken> => {
  stack.runner.faults.add({ target: 'dynamodb', kind: 'delay', delayMs: 15 })
  stack.runner.resetCalls()
  await work()
  const calls = stack.runner.calls().filter(({ target }) => target === 'dynamodb')
  stack.runner.faults.clear()
  const units = (kind: 'read' | 'write'): number =>
    calls
      .filter(({ operation }) => reads.has(operation) === (kind === 'read'))
      .flatMap(({ consumed = [] }) => consumed)
      .reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0)
  return { rounds: rounds(calls), calls: calls.length, readUnits: units('read'), writeUnits: units('write') }
}
