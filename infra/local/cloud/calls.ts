export type CloudTarget = 'dynamodb' | 's3' | 'kms' | 'events' | 'sqs'

export type ConsumedCapacity = {
  readonly TableName?: string
  readonly CapacityUnits?: number
  readonly ReadCapacityUnits?: number
  readonly WriteCapacityUnits?: number
}

/** One call of a service, as it was seen on the wire. Times are milliseconds of a clock that never goes back. */
export type CloudCall = {
  readonly n: number
  readonly target: CloudTarget
  readonly operation: string
  readonly table?: readonly string[]
  readonly startedAt: number
  endedAt?: number
  readonly requestBytes: number
  consumed?: readonly ConsumedCapacity[]
  /** The HTTP status, or 0 while there is none and when the connection was cut in its place. */
  status: number
}

/**
 * How many round trips lie one after the other: the longest row of calls of which each began after the one before
 * had ended. Calls that overlap in time share a round.
 */
export function rounds(calls: readonly CloudCall[]): number {
  const spans = calls
    .map(({ startedAt, endedAt }) => ({ start: startedAt, end: endedAt ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.end - b.end)
  let count = 0
  let reached = Number.NEGATIVE_INFINITY
  for (const { start, end } of spans) {
    if (start < reached) continue
    count += 1
    reached = end
  }
  return count
}

function tablesOfItem(item: unknown): unknown[] {
  if (typeof item !== 'object' || item === null) return []
  return Object.values(item).map((action) => (action as { TableName?: unknown } | null)?.TableName)
}

/** The tables that a DynamoDB request names. */
export function tablesOf(body: Buffer): string[] | undefined {
  let input: { TableName?: unknown; RequestItems?: unknown; TransactItems?: unknown }
  try {
    input = JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
  const named: unknown[] = [input?.TableName]
  if (typeof input?.RequestItems === 'object' && input.RequestItems !== null) {
    named.push(...Object.keys(input.RequestItems))
  }
  if (Array.isArray(input?.TransactItems)) named.push(...input.TransactItems.flatMap(tablesOfItem))
  const names = [...new Set(named.filter((name) => typeof name === 'string'))]
  return names.length > 0 ? names : undefined
}

/** The capacity that a DynamoDB answer reports, when the request asked for it. */
export function consumedOf(body: Buffer): ConsumedCapacity[] | undefined {
  // Most answers report none; their JSON need not be read.
  if (!body.includes('"ConsumedCapacity"')) return undefined
  try {
    const reported = (JSON.parse(body.toString('utf8')) as { ConsumedCapacity?: unknown }).ConsumedCapacity
    if (reported === undefined || reported === null) return undefined
    return (Array.isArray(reported) ? reported : [reported]) as ConsumedCapacity[]
  } catch {
    return undefined
  }
}
