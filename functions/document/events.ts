import * as z from 'zod'
import { defineEvent, type Envelope, type EventDefinition, eventOf, type Place } from '../../shared/events.ts'
import type { Instant } from '../../shared/time.ts'
import { type Document, reasonCodes } from './model.ts'

const about = z.strictObject({ documentId: z.string(), ownerRef: z.string() })

/** The owner says that the file is there; the inspection begins with this event. */
export const documentUploaded = defineEvent({
  type: 'vn.motcua.document.uploaded.v1',
  description: 'A file was uploaded and waits for its inspection.',
  data: about,
})

/** The file was inspected, found clean and kept. */
export const documentAccepted = defineEvent({
  type: 'vn.motcua.document.accepted.v1',
  description: 'A file passed its inspection and is kept.',
  data: about,
})

/** The file was refused, or never came. */
export const documentRejected = defineEvent({
  type: 'vn.motcua.document.rejected.v1',
  description: 'A file was refused, or its upload was given up.',
  data: about.extend({ reason: z.enum(reasonCodes) }),
})

/** The next event of a document. File names stay out: they often hold the name of a person. */
export const nextEvent = <Data extends z.ZodType>(
  definition: EventDefinition<Data>,
  place: Place,
  document: Document,
  at: { at: Instant; correlationId: string },
  more: Record<string, unknown> = {},
): Envelope =>
  eventOf(definition, place, { subject: document.id, sequence: document.sequence + 1, ...at }, {
    documentId: document.id,
    ownerRef: document.ownerRef,
    ...more,
  } as z.input<Data>)
