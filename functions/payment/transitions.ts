import { type PaymentState, paymentStates } from './model.ts'

/**
 * What can happen to a payment. `contest` is a genuine success for a fee that another attempt has paid: the
 * money is real and belongs to nobody yet.
 */
export type PaymentEvent =
  | 'open'
  | 'authorize'
  | 'succeed'
  | 'fail'
  | 'expire'
  | 'suspect'
  | 'contest'
  | 'refund-part'
  | 'refund'

const money = { succeed: 'paid', suspect: 'needs-review', contest: 'needs-review' } as const
const ends = { fail: 'failed', expire: 'expired' } as const

/**
 * States × events: the only moves there are. Money is monotone in truth: nothing leads from `paid` back to a state
 * without money, and a success finds its way from every state without it, however late it comes.
 */
export const transitions: Readonly<Record<PaymentState, Partial<Record<PaymentEvent, PaymentState>>>> = {
  created: { open: 'pending', ...money, ...ends },
  pending: { authorize: 'authorized', ...money, ...ends },
  authorized: { ...money, ...ends },
  failed: money,
  expired: money,
  'needs-review': { succeed: 'paid', refund: 'refunded', 'refund-part': 'partially-refunded' },
  paid: { refund: 'refunded', 'refund-part': 'partially-refunded' },
  'partially-refunded': { refund: 'refunded', 'refund-part': 'partially-refunded' },
  refunded: {},
}

export const next = (state: PaymentState, event: PaymentEvent): PaymentState | undefined =>
  transitions[state][event]

/** The states an event may start from. */
export const sourcesOf = (event: PaymentEvent): PaymentState[] =>
  paymentStates.filter((state) => next(state, event) !== undefined)
