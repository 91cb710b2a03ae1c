/**
 * The only fields a log line may carry. Names, numbers, phone numbers, addresses, answers and request bodies
 * have no field here, so they cannot be logged by accident; `citizenRef` is the keyed hash, never the number.
 */
export interface LogFields {
  requestId?: string | undefined
  correlationId?: string | undefined
  contract?: string | undefined
  route?: string | undefined
  status?: number | undefined
  code?: string | undefined
  actor?: string | undefined
  citizenRef?: string | undefined
  agency?: string | undefined
  clientApp?: string | undefined
  dossierId?: string | undefined
  documentId?: string | undefined
  eventId?: string | undefined
  eventType?: string | undefined
  subject?: string | undefined
  sequence?: number | undefined
  queue?: string | undefined
  count?: number | undefined
  attempt?: number | undefined
  reason?: string | undefined
  durationMs?: number | undefined
  errorName?: string | undefined
  errorAt?: string | undefined
}

export type LogLevel = 'info' | 'warn' | 'error'

export interface Log {
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

const allowed: ReadonlySet<string> = new Set<keyof LogFields>([
  'requestId',
  'correlationId',
  'contract',
  'route',
  'status',
  'code',
  'actor',
  'citizenRef',
  'agency',
  'clientApp',
  'dossierId',
  'documentId',
  'eventId',
  'eventType',
  'subject',
  'sequence',
  'queue',
  'count',
  'attempt',
  'reason',
  'durationMs',
  'errorName',
  'errorAt',
])

/**
 * Where in our own code an error was thrown. Its message is left out: it may quote what a person typed, also in
 * lines of its own at the head of the stack.
 */
export const errorFields = (error: unknown): LogFields => {
  if (!(error instanceof Error)) return { errorName: typeof error }
  const frames = error.stack?.replace(error.message, '').split('\n')
  const frame = frames?.find((line) => /^ +at .*:\d+:\d+\)?$/.test(line))
  return { errorName: error.name, errorAt: frame?.trim().slice(0, 200) }
}

/** An object under an allowed name would carry whatever is inside it. */
const isPlain = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

/** Not `console.log`: Lambda's JSON log format would put the whole line, as text, into a line of its own. */
const toStandardOutput = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

let sink = toStandardOutput

/** Sends every line somewhere else; the embedded runner does when it is a part of another program. */
export const writeLogsTo = (write: (line: string) => void): void => {
  sink = write
}

/** JSON lines on standard output, one object each, as Lambda's log group takes them. */
export const createLog = (component: string, write = (line: string): void => sink(line)): Log => {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      const kept = Object.entries(fields).filter(([name, value]) => allowed.has(name) && isPlain(value))
      write(JSON.stringify({ level, component, message, ...Object.fromEntries(kept) }))
    }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
