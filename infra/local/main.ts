import * as z from 'zod'
import { type Runner, startRunner } from './runner.ts'
import { welcome } from './welcome.ts'

const settings = z.object({
  PORT: z.coerce
    .number('is no port number')
    .int()
    .min(0)
    .max(65_533, 'the two ports after it are needed too')
    .default(8787),
  LOCAL_DATA_DIR: z.string().min(1).default('.local'),
  DYNAMODB_ENDPOINT: z.url().optional(),
})

const log = (line: string): void => console.error(line)

const start = async (): Promise<Runner> => {
  const read = settings.safeParse(process.env)
  if (!read.success)
    throw new Error(read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'))
  const { PORT, LOCAL_DATA_DIR, DYNAMODB_ENDPOINT } = read.data
  const kept = LOCAL_DATA_DIR !== ':memory:'
  const runner = await startRunner({
    port: PORT,
    dataDirectory: kept ? LOCAL_DATA_DIR : null,
    ...(DYNAMODB_ENDPOINT ? { dynamodbUrl: DYNAMODB_ENDPOINT } : {}),
    recordCalls: false,
    onDatabaseEnd: () => {
      log(
        'Without its database Motcua cannot go on and stops. Start it again: nothing that was answered is lost.',
      )
      process.exit(1)
    },
    log,
  })
  console.log(welcome(runner, { kept, embedded: DYNAMODB_ENDPOINT === undefined }))
  return runner
}

let stopping = false
const starting = start()

/** The first signal stops in order; a second one no longer waits. */
const stopOn = (signal: NodeJS.Signals, code: number): void => {
  process.on(signal, () => {
    if (stopping) process.exit(code)
    stopping = true
    starting
      .then((runner) => runner.stop())
      .catch(() => undefined)
      .finally(() => process.exit(0))
  })
}
stopOn('SIGINT', 130)
stopOn('SIGTERM', 143)

// npm that is killed leaves its child behind; a runner that nobody holds any more would keep the ports.
if (process.env.npm_lifecycle_event === 'start') {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  watch.unref()
}

/** What is wrong with a setting, for errors that only name a system call. */
const sentenceOf = (error: unknown): string => {
  const { code, message = String(error) } = error as { code?: string; message?: string }
  const { DYNAMODB_ENDPOINT, LOCAL_DATA_DIR = '.local' } = process.env
  if (DYNAMODB_ENDPOINT && code === 'ECONNREFUSED')
    return `Nothing answers at DYNAMODB_ENDPOINT (${DYNAMODB_ENDPOINT}). Start a DynamoDB-compatible server there, or leave the setting out. (${message})`
  if (code && ['EEXIST', 'ENOTDIR', 'EACCES', 'EPERM', 'ENOENT', 'EROFS'].includes(code))
    return `The data folder LOCAL_DATA_DIR (${LOCAL_DATA_DIR}) cannot be used. Choose a folder that can be written to. (${message})`
  return message
}

starting.catch((error: unknown) => {
  if (stopping) return
  // What a person can mend is a sentence of ours; its stack would only hide it.
  log(sentenceOf(error))
  process.exit(1)
})
