import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda'
import type { Log } from '../../shared/log.ts'
import { type Clock, fromIso, seconds } from '../../shared/time.ts'
import { type Outbox, type Page, readWaiting, type Waiting } from './outbox.ts'
import type { Publish } from './publish.ts'

/** Younger events are the relay's: the sweep only picks up what it left. */
const relayTime = seconds(60)
/** What one page may take; with less time left the next run goes on. */
const pageTime = seconds(10)

export interface OpsDeps {
  publish: Publish
  outbox: Outbox
  clock: Clock
  log: Log
  tables: readonly string[]
  /** Turns the image of a stream record into an item. */
  readImage: (image: Record<string, unknown>) => Record<string, unknown>
}

const tableOf = (arn: string | undefined): string => /:table\/([^/]+)/.exec(arn ?? '')?.[1] ?? ''

/** Publishes the events that a batch of stream records brought, and names the records that must come again. */
export const createRelay =
  ({ publish, readImage, log }: Pick<OpsDeps, 'publish' | 'readImage' | 'log'>) =>
  async (batch: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> => {
    const sequenceNumbers = new Map<Waiting, string>()
    for (const { eventName, dynamodb, eventSourceARN } of batch.Records) {
      if (eventName === 'REMOVE' || !dynamodb?.NewImage) continue
      const waiting = readWaiting(tableOf(eventSourceARN), readImage(dynamodb.NewImage))
      // It stays on the work list, where the sweep reports it; here it would block its shard for a day.
      if (waiting === 'unreadable') log.error('outbox item unreadable')
      else if (waiting) sequenceNumbers.set(waiting, dynamodb.SequenceNumber ?? '')
    }
    const again = await publish([...sequenceNumbers.keys()])
    // An empty identifier makes Lambda repeat the whole batch, which is the right thing for a record without one.
    return {
      batchItemFailures: again.map((waiting) => ({ itemIdentifier: sequenceNumbers.get(waiting) ?? '' })),
    }
  }

/** Publishes what the relay left behind, oldest first, and reports how much and how old it was. */
export const createSweep =
  ({
    publish,
    outbox,
    clock,
    log,
    tables,
  }: Pick<OpsDeps, 'publish' | 'outbox' | 'clock' | 'log' | 'tables'>) =>
  async (remainingMs: () => number): Promise<{ found: number; left: number }> => {
    const now = clock.now()
    let found = 0
    let left = 0
    let oldest = 0
    for (const table of tables) {
      let from: Page['next']
      do {
        const page = await outbox.waitingSince(table, now - relayTime, from)
        const read = page.items.map((item) => readWaiting(table, item))
        const waiting = read.filter((entry) => entry !== undefined && entry !== 'unreadable')
        found += waiting.length
        oldest = Math.max(oldest, ...waiting.map(({ event }) => now - fromIso(event.time)))
        left += (await publish(waiting)).length + read.filter((entry) => entry === 'unreadable').length
        from = page.next
      } while (from && remainingMs() > pageTime)
      if (from) log.warn('sweep ran out of time', { count: found })
    }
    if (left > 0) log.error('events stay unpublished', { count: left, durationMs: oldest })
    else if (found > 0) log.warn('events were published late', { count: found, durationMs: oldest })
    else log.info('nothing waited', { count: 0, durationMs: 0 })
    return { found, left }
  }
