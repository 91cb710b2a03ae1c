import * as z from 'zod'
import { sha256Hex } from './ids.ts'
import { type Instant, toIso } from './time.ts'

/**
 * The envelope of every event. `subject` and `sequence` order the events of one thing without a gap; the bus
 * and the queues keep no order. Data carries ids and `citizenRef`, never a name, a number or an answer.
 */
export const envelope = z.object({
  id: z.string(),
  type: z.string(),
  subject: z.string(),
  sequence: z.int().min(1),
  time: z.string(),
  province: z.string(),
  environment: z.string(),
  correlationId: z.string(),
  data: z.unknown(),
})
export type Envelope = z.infer<typeof envelope>

export interface EventDefinition<Data extends z.ZodType = z.ZodType> {
  type: `vn.motcua.${string}.${string}.v${number}`
  description: string
  data: Data
}

export const defineEvent = <const Data extends z.ZodType>(
  definition: EventDefinition<Data>,
): EventDefinition<Data> => definition

/** Where a stack stands: both are inside every event and every order to a provider. */
export interface Place {
  province: string
  environment: string
}

/** The event as stored in the outbox. Its id follows from what it says, so that a repeat is the same event. */
export const eventOf = <Data extends z.ZodType>(
  definition: EventDefinition<Data>,
  place: Place,
  about: { subject: string; sequence: number; at: Instant; correlationId: string },
  data: z.input<Data>,
): Envelope => ({
  id: sha256Hex([place.environment, place.province, about.subject, about.sequence].join('\n')).slice(0, 32),
  type: definition.type,
  subject: about.subject,
  sequence: about.sequence,
  time: toIso(about.at),
  ...place,
  correlationId: about.correlationId,
  data: definition.data.parse(data),
})
