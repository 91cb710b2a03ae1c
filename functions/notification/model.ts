import * as z from 'zod'
import type { Command, Outcome } from '../../shared/contract.ts'
import { derivedId } from '../../shared/ids.ts'
import type { Bilingual } from '../../shared/text.ts'
import { type Instant, seconds } from '../../shared/time.ts'

/** The ways in which a person is reached. */
export const channelNames = ['inbox', 'email'] as const
export type ChannelName = (typeof channelNames)[number]

/**
 * What a letter about a dossier may say. Comes from the dossier at the moment of sending and is never stored
 * here. It has no personal number: what is not in it cannot be sent.
 */
export interface DossierFacts {
  dossierId: string
  /** Keyed hash of the owner's personal number; the person the letter goes to. */
  ownerRef: string
  /** Mã hồ sơ, the official number. */
  code: string
  /** As the catalogue names it, in Vietnamese. */
  procedureName: string
  agencyName: Bilingual
  /** ISO 8601 with offset. */
  submittedAt: string
  applicantName: string
  email: string | undefined
  /** Mã tra cứu: 8 characters, derived and never stored. Goes into the letter, never into the inbox. */
  trackingPin: string
  receiptId: string
  /** ISO 8601; null until the legal clock runs, which is from reception (tiếp nhận), not from submission. */
  dueAt: string | null
  /** Only in a message about a payment. */
  payment?: PaymentFacts
}

/** A paid fee as letters tell of it. */
export interface PaymentFacts {
  paymentId: string
  ownerRef: string
  provider: string
  lines: readonly { name: string; amount: number }[]
  /** Đồng. */
  amount: number
  /** ISO 8601 with offset. */
  paidAt: string
  /** The provider's number of the transaction. */
  transactionNo: string
}

/** The payment context as letters see it. */
export interface Payments {
  paid(paymentId: string): Promise<PaymentFacts | undefined>
}

/** The dossier context as letters see it. */
export interface Correspondence {
  forDossier(dossierId: string): Promise<DossierFacts | undefined>
}

/** What a person has chosen about messages. */
export const preferences = z.object({
  language: z.enum(['vi', 'en']).meta({
    description: 'The language a letter begins with (ngôn ngữ); the other one follows below it.',
  }),
  email: z.object({
    enabled: z.boolean().meta({
      description:
        'Whether ordinary messages also come by e-mail (thư điện tử). Messages that the law requires, such as the acknowledgement of a submission, are sent in any case.',
    }),
  }),
})
export type Preferences = z.infer<typeof preferences>

/** Preferences with the number of times they were set; 0 when the person never chose. */
export type ChosenPreferences = Preferences & { version: number }

export const defaultPreferences: ChosenPreferences = {
  language: 'vi',
  email: { enabled: true },
  version: 0,
}

/** A letter ready for a mail server. */
export interface Letter {
  subject: string
  text: string
  html: string
}

/** One message to one person, composed for every channel. */
export interface Message {
  eventId: string
  eventType: string
  /** When what it tells of happened; orders the inbox. The same in every repeat. */
  at: Instant
  person: string
  name: string
  address: string | undefined
  /** See `Template.legal`. */
  legal: boolean
  preferences: Preferences
  letter: Letter
  inbox: { title: Bilingual; text: Bilingual; link: string; dossierId: string; code: string }
}

/** One way to reach a person. Returns when the delivery is settled; throws when the event must come again. */
export interface Channel {
  name: ChannelName
  deliver(message: Message): Promise<void>
}

/** One event, one person, one channel: at most one delivery, whatever is repeated. */
export interface DeliveryKey {
  id: string
  person: string
  channel: ChannelName
  eventId: string
  eventType: string
}

export const deliveryKey = (message: Message, channel: ChannelName): DeliveryKey => ({
  id: derivedId('delivery', message.eventId, message.person, channel),
  person: message.person,
  channel,
  eventId: message.eventId,
  eventType: message.eventType,
})

/** `pending` is at work or waits for a repeat; the other three are final. */
export const deliveryState = z.enum(['pending', 'sent', 'failed', 'skipped'])

/** How a delivery ended. `reason` is a code of ours or of SMTP, never a server's text: that may quote an address. */
export type Settlement = { state: 'sent' } | { state: 'failed' | 'skipped'; reason: string }

/** The answer to a worker that wants to deliver. `attempt` is the version its settlement must name. */
export type Claim = { kind: 'claimed'; attempt: number } | { kind: 'settled' } | { kind: 'busy' }

/** How long a claim keeps others away. Longer than a mail server can hold us, so that two never send at once. */
export const leaseMs = seconds(60)

export const inboxEntry = z.object({
  id: z.string(),
  type: z.string(),
  at: z.number(),
  title: z.object({ vi: z.string(), en: z.string() }),
  text: z.object({ vi: z.string(), en: z.string() }),
  dossierId: z.string(),
  code: z.string(),
  link: z.string(),
  readAt: z.number().nullable(),
})
export type InboxEntry = z.infer<typeof inboxEntry>

/** Deliveries as the channels see them. */
export interface Deliveries {
  /** Takes a delivery that is new, or that nobody holds any more. */
  claim(key: DeliveryKey, now: Instant): Promise<Claim>
  /** Ends a delivery; false when the claim was lost to another worker meanwhile. */
  settle(key: DeliveryKey, attempt: number, how: Settlement, now: Instant): Promise<boolean>
  /** Gives a claim back, so that the repeat need not wait for the lease to end. */
  release(key: DeliveryKey, attempt: number): Promise<void>
  /** The entry and the mark that it was delivered, in one write; false when it had been delivered before. */
  deliverEntry(key: DeliveryKey, entry: InboxEntry, now: Instant): Promise<boolean>
}

export interface Page<Entry> {
  items: Entry[]
  nextCursor: string | null
}

/** A person's own entries, newest first. */
export interface Inbox {
  entries(person: string, page: { limit: number; cursor?: string | undefined }): Promise<Page<InboxEntry>>
}

export interface PreferenceBook {
  of(person: string): Promise<ChosenPreferences>
  /**
   * Sets the preferences and records the answer in one write. Without `ifMatch` the last one wins. A repeat of
   * the command gets the recorded answer; a version other than `ifMatch` is a `version-conflict`.
   */
  choose(
    person: string,
    chosen: Preferences,
    by: { command: Command; ifMatch: number | undefined },
  ): Promise<Outcome<ChosenPreferences>>
}

/** All that the context keeps. */
export type NotificationStore = Deliveries & Inbox & PreferenceBook
