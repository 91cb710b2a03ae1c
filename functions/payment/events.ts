import * as z from 'zod'
import { defineEvent, type Envelope, type EventDefinition, eventOf, type Place } from '../../shared/events.ts'
import type { Instant } from '../../shared/time.ts'
import { flags, type Payment } from './model.ts'

const about = z.object({
  paymentId: z.string().meta({ examples: ['3C7K2M9XR5T1V8WQ0ZJ4H6YBND'] }),
  dossierId: z.string(),
  feeRequestId: z.string().meta({ examples: ['7Q4Z0K9V3M1XN8T2R6WYC5HDBA-submission'] }),
  /** Keyed hash of the personal number of the dossier's owner. */
  citizenRef: z.string(),
  /** The resolving agency (cơ quan giải quyết). */
  agency: z.string(),
  procedureCode: z.string(),
  provider: z.string().meta({ examples: ['vnpay'] }),
  amount: z.int().min(0),
  currency: z.literal('VND'),
})

export const paymentCreated = defineEvent({
  type: 'vn.motcua.payment.created.v1',
  description: 'A citizen began to pay the fees of a dossier. No money has moved.',
  data: about,
})

export const paymentPaid = defineEvent({
  type: 'vn.motcua.payment.paid.v1',
  description: 'The fees of a dossier are paid (đã nộp phí, lệ phí); the provider has confirmed it.',
  data: about.extend({
    paidAt: z.string(),
    /** True when it had failed, run out or been replaced before. */
    late: z.boolean(),
  }),
})

export const paymentFailed = defineEvent({
  type: 'vn.motcua.payment.failed.v1',
  description: 'The provider says that a payment did not come about. The fees can be paid anew at once.',
  data: about,
})

export const paymentExpired = defineEvent({
  type: 'vn.motcua.payment.expired.v1',
  description: 'A payment was not finished in time, or another attempt took its place.',
  data: about.extend({ because: z.enum(['time', 'replaced', 'paid-otherwise']) }),
})

export const paymentFlagged = defineEvent({
  type: 'vn.motcua.payment.flagged.v1',
  description: 'A person must look at the money of a payment (cần kiểm tra, đối soát).',
  data: about.extend({
    flag: z.enum(flags),
    /** Đồng that the provider reported; for a wrong amount not the amount that is due. */
    received: z.int().min(0),
  }),
})

/** The next event of a payment. Two in one transaction follow each other. */
export const nextEvent = <Data extends z.ZodType>(
  definition: EventDefinition<Data>,
  place: Place,
  payment: Payment,
  when: { at: Instant; correlationId: string },
  more: Record<string, unknown> = {},
): Envelope =>
  eventOf(definition, place, { subject: `payment/${payment.id}`, sequence: payment.sequence, ...when }, {
    paymentId: payment.id,
    dossierId: payment.dossierId,
    feeRequestId: payment.feeRequestId,
    citizenRef: payment.ownerRef,
    agency: payment.agency,
    procedureCode: payment.procedureCode,
    provider: payment.provider,
    amount: payment.amount,
    currency: 'VND',
    ...more,
  } as z.input<Data>)
