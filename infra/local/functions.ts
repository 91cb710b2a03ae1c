import { pathToFileURL } from 'node:url'
import type { Context } from 'aws-lambda'
import type { Entry } from '../../functions/entries.ts'
import { randomId } from '../../shared/ids.ts'
import { seconds } from '../../shared/time.ts'

/** A function as the services that trigger it see it. */
export interface LoadedFunction {
  entry: Entry
  invoke(event: unknown): Promise<unknown>
}

export class FunctionTimedOut extends Error {
  constructor(name: string) {
    super(`${name} took longer than it may`)
    this.name = 'FunctionTimedOut'
  }
}

type Handler = (event: unknown, context: Context) => Promise<unknown>

const contextOf = (entry: Entry): Context => {
  const until = performance.now() + seconds(entry.timeoutSeconds)
  const unused = () => undefined
  return {
    functionName: entry.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:local:000000000000:function:${entry.name}`,
    memoryLimitInMB: String(entry.memoryMb),
    awsRequestId: randomId(),
    logGroupName: entry.name,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, until - performance.now()),
    done: unused,
    fail: unused,
    succeed: unused,
  }
}

const withTimeLimit = async (entry: Entry, work: Promise<unknown>): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new FunctionTimedOut(entry.name)), seconds(entry.timeoutSeconds))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

let loads = 0

/**
 * Loads every function with its own environment, one after the other: an entry reads its configuration when its
 * module loads, and that is the process's one environment. Each load is a fresh instance, also when a process
 * starts a second runner.
 */
export const loadFunctions = async (
  entries: readonly Entry[],
  root: string,
  environmentOf: (entry: Entry) => Record<string, string>,
): Promise<LoadedFunction[]> => {
  const loaded: LoadedFunction[] = []
  for (const entry of entries) {
    Object.assign(process.env, environmentOf(entry))
    loads += 1
    const address = `${pathToFileURL(`${root}/${entry.file}`).href}?instance=${loads}`
    const { handler } = (await import(/* @vite-ignore */ address)) as { handler?: Handler }
    if (typeof handler !== 'function') throw new Error(`${entry.file} exports no handler`)
    loaded.push({
      entry,
      invoke: (event) => withTimeLimit(entry, handler(event, contextOf(entry))),
    })
  }
  return loaded
}
