import type { Envelope } from '../../shared/events.ts'
import { errorFields, type Log } from '../../shared/log.ts'
import type { Bus, BusAnswer } from './bus.ts'
import type { Outbox, Waiting } from './outbox.ts'

/** What the bus takes in one call: ten events and 256 KB; a margin is left for the envelope of the call. */
const most = 10
const mostBytes = 230_000

const weight = (event: Envelope): number => Buffer.byteLength(JSON.stringify(event)) + 200

/** Parts that each fit one call, in the order given. */
export const chunks = (all: readonly Waiting[]): Waiting[][] => {
  const parts: Waiting[][] = []
  let bytes = 0
  for (const waiting of all) {
    const size = weight(waiting.event)
    const last = parts.at(-1)
    if (last && last.length < most && bytes + size <= mostBytes) {
      last.push(waiting)
      bytes += size
    } else {
      parts.push([waiting])
      bytes = size
    }
  }
  return parts
}

export interface PublishDeps {
  bus: Bus
  outbox: Pick<Outbox, 'markPublished'>
  log: Log
}

/**
 * Gives events to the bus and takes those it took off the work list. Returns the ones that must come again:
 * refused by the bus, not answered, or taken but not marked. An event marked too late is published twice,
 * which every consumer can bear; one marked too early would be lost.
 */
export const createPublish = ({ bus, outbox, log }: PublishDeps) => {
  const putPart = (part: readonly Waiting[]): Promise<BusAnswer[]> =>
    bus
      .put(part.map(({ event }) => event))
      .catch((error: unknown) =>
        part.map(() => ({ taken: false, reason: error instanceof Error ? error.name : 'unknown' })),
      )

  const settle = async (waiting: Waiting, answer: BusAnswer | undefined): Promise<boolean> => {
    const { id, type, subject, sequence } = waiting.event
    const fields = { eventId: id, eventType: type, subject, sequence }
    if (!answer?.taken) {
      log.warn('event not taken by the bus', { ...fields, reason: answer?.reason })
      return false
    }
    try {
      await outbox.markPublished(waiting)
      return true
    } catch (error) {
      log.warn('event taken by the bus but not marked', { ...fields, ...errorFields(error) })
      return false
    }
  }

  return async (all: readonly Waiting[]): Promise<Waiting[]> => {
    const again: Waiting[] = []
    for (const part of chunks(all)) {
      const answers = await putPart(part)
      const settled = await Promise.all(part.map((waiting, index) => settle(waiting, answers[index])))
      again.push(...part.filter((_, index) => !settled[index]))
    }
    return again
  }
}

export type Publish = ReturnType<typeof createPublish>
