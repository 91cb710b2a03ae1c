import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge'
import type * as z from 'zod'
import type { Envelope } from '../../shared/events.ts'
import type { busEnv } from './env.ts'

/** What the bus said to one event. */
export type BusAnswer = { taken: true } | { taken: false; reason: string }

/** At most ten events a call; one answer for each, in the same order. Throws when there was no answer. */
export interface Bus {
  put(events: readonly Envelope[]): Promise<BusAnswer[]>
}

export const createBus = (env: z.output<typeof busEnv>): Bus => {
  const client = new EventBridgeClient({
    ...(env.EVENTS_ENDPOINT ? { endpoint: env.EVENTS_ENDPOINT } : {}),
    maxAttempts: 3,
  })
  return {
    put: async (events) => {
      const answer = await client.send(
        new PutEventsCommand({
          Entries: events.map((event) => ({
            EventBusName: env.EVENT_BUS_NAME,
            Source: `motcua.${event.type.split('.')[2]}`,
            DetailType: event.type,
            Time: new Date(event.time),
            Detail: JSON.stringify(event),
          })),
        }),
      )
      // The call succeeds when single entries failed; only an entry with an id was taken.
      return events.map((_, index) => {
        const entry = answer.Entries?.[index]
        return entry?.EventId
          ? { taken: true }
          : { taken: false, reason: entry?.ErrorCode ?? 'no-answer-for-entry' }
      })
    },
  }
}
