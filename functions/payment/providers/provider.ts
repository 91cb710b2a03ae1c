import type * as z from 'zod'
import type { Place } from '../../../shared/events.ts'
import type { Instant } from '../../../shared/time.ts'
import type { ProviderResult, Verdict } from '../model.ts'

/** What a provider is asked to collect. */
export interface Order {
  reference: string
  /** Đồng. */
  amount: number
  /** Mã hồ sơ; all that the provider learns about the matter. */
  dossierCode: string
  returnUrl: string
  /** Where the request came from; never what a header says. */
  sourceIp: string
  createdAt: Instant
  expiresAt: Instant
}

/** A webhook request as it came, before anybody decoded it: signatures are over bytes. */
export interface Incoming {
  query: string
}

export type Reading =
  | { kind: 'result'; result: ProviderResult }
  /** Not signed by the provider, or not exactly this. */
  | { kind: 'forged' }
  /** Genuine, and about an order of another merchant. */
  | { kind: 'another-merchant' }
  /** Nothing that could be a message. */
  | { kind: 'unreadable' }

export interface Provider {
  /** The address or code with which the citizen pays. */
  open(order: Order): Promise<{ redirectUrl: string; qr: string | null }>
  read(incoming: Incoming): Reading
  /** The provider's own words for a verdict. Always sent with status 200. */
  answer(verdict: Verdict): unknown
}

/** A provider as data: its settings, the form of its webhook, and how to make it. */
export interface ProviderKind<Settings extends z.ZodObject = z.ZodObject> {
  /** As in `provider` of a payment and in the address of the webhook. */
  name: string
  /** Environment variables. */
  settings: Settings
  webhook: { method: 'GET' | 'POST'; title: string; description: string; answer: z.ZodType }
  create(settings: z.output<Settings>, place: Place): Provider
}

export const defineProvider = <const Settings extends z.ZodObject>(
  kind: ProviderKind<Settings>,
): ProviderKind<Settings> => kind
