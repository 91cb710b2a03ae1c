import { randomUUID } from 'node:crypto'
import { members, ServiceError, validation } from './service-error.ts'

/** An event as EventBridge delivers it to a target. */
export type BusEvent = {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: string
  readonly account: '000000000000'
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: Readonly<Record<string, unknown>>
}

export type EventsOptions = {
  readonly busName: string
  /** Takes over the accepted events of one call; the caller has its answer only after it returned. */
  accept(events: BusEvent[]): void
  readonly region?: string
  readonly now?: () => Date
}

export type Events = { handle(operation: string, input: unknown): unknown }

const maxEntries = 10
const maxBytes = 256 * 1024

type Refusal = { ErrorCode: string; ErrorMessage: string }

function refusal(code: string, message: string): Refusal {
  return { ErrorCode: code, ErrorMessage: message }
}

/** An entry's size as EventBridge counts it: 14 bytes for a given time, and the bytes of the texts. */
function entryBytes(entry: Record<string, unknown>): number {
  const texts = [
    entry.Source,
    entry.DetailType,
    entry.Detail,
    ...(Array.isArray(entry.Resources) ? entry.Resources : []),
  ]
  const sum = texts.reduce<number>(
    (bytes, text) => bytes + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    0,
  )
  return sum + (entry.Time === undefined ? 0 : 14)
}

function readDetail(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text)
    const plain = typeof detail === 'object' && detail !== null && !Array.isArray(detail)
    return plain ? (detail as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function readTime(value: unknown, now: () => Date): Date | undefined {
  if (value === undefined || value === null) return now()
  const time = typeof value === 'number' ? new Date(value * 1000) : new Date(String(value))
  return Number.isNaN(time.getTime()) ? undefined : time
}

function accepted(entry: Record<string, unknown>, options: EventsOptions): BusEvent | Refusal {
  const { Source: source, DetailType: type, Detail: detail } = entry
  const required = (name: string) =>
    refusal('InvalidArgument', `Parameter ${name} is not valid. Reason: ${name} is a required argument.`)
  if (typeof source !== 'string' || source === '') return required('Source')
  if (typeof type !== 'string' || type === '') return required('DetailType')
  if (typeof detail !== 'string' || detail === '') return required('Detail')
  if (source.startsWith('aws.')) {
    return refusal('NotAuthorizedForSourceException', `Not authorized for the source ${source}.`)
  }
  if (type.length > 128) {
    return refusal(
      'InvalidArgument',
      'Parameter DetailType is not valid. Reason: it is longer than 128 characters.',
    )
  }
  const content = readDetail(detail)
  if (!content) return refusal('MalformedDetail', 'Detail is malformed.')
  const bus = typeof entry.EventBusName === 'string' ? entry.EventBusName : 'default'
  if (bus.replace(/^arn:aws:events:[^:]*:\d*:event-bus\//, '') !== options.busName) {
    return refusal('ResourceNotFoundException', `Event bus ${bus} does not exist.`)
  }
  const time = readTime(entry.Time, options.now ?? (() => new Date()))
  if (!time) return refusal('InvalidArgument', 'Parameter Time is not valid.')
  const resources = Array.isArray(entry.Resources) ? entry.Resources.filter((r) => typeof r === 'string') : []
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': type,
    source,
    account: '000000000000',
    time: time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: options.region ?? 'ap-southeast-1',
    resources,
    detail: content,
  }
}

function putEvents(input: Record<string, unknown>, options: EventsOptions): unknown {
  const entries = input.Entries
  const limit = (rule: string) =>
    validation(`1 validation error detected: Value at 'entries' failed to satisfy constraint: ${rule}`)
  if (!Array.isArray(entries)) throw limit('Member must not be null')
  if (entries.length === 0) throw limit('Member must have length greater than or equal to 1')
  if (entries.length > maxEntries) throw limit(`Member must have length less than or equal to ${maxEntries}`)
  const documents = entries.map(members)
  // The limit is on the call: its entries are refused together.
  if (documents.reduce((bytes, entry) => bytes + entryBytes(entry), 0) > maxBytes) {
    throw validation('Total size of the entries in the request is over the limit.')
  }
  const results = documents.map((entry) => accepted(entry, options))
  const events = results.filter((result) => 'id' in result)
  if (events.length > 0) options.accept(events)
  return {
    FailedEntryCount: results.length - events.length,
    Entries: results.map((result) => ('id' in result ? { EventId: result.id } : result)),
  }
}

/** The one operation of EventBridge that the backend uses; single entries can fail while the call succeeds. */
export function createEvents(options: EventsOptions): Events {
  return {
    handle: (operation, input) => {
      if (operation !== 'PutEvents') {
        throw new ServiceError('UnknownOperationException', 400, `Unknown operation ${operation}`)
      }
      return putEvents(members(input), options)
    },
  }
}
