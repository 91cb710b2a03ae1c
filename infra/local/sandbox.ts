import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import { fromIso, instantText, toIso } from '../../shared/time.ts'
import type { Fault, Faults } from './cloud/faults.ts'
import type { Queues } from './cloud/queues.ts'
import type { Mailbox } from './mailbox.ts'
import { type PaymentEndpointsDeps, paymentEndpoints } from './payments/payment-endpoints.ts'
import type { Pump } from './pump.ts'
import type { SandboxClock } from './sandbox-clock.ts'
import type { SandboxEndpoints } from './sandbox-http.ts'
import { type SandboxIssuer, tokenRequest } from './sandbox-issuer.ts'
import type { SuddenDeath } from './sudden-death.ts'

const calls = ['dynamodb', 's3', 'kms', 'events', 'sqs', 'smtp', '*'] as const

/** What befalls single calls of a service. */
const callFault = z.strictObject({
  target: z.enum(calls),
  operation: z.string().min(1).max(100).optional(),
  kind: z.enum(['drop', 'delay', 'throttle', 'conflict', 'fail', 'lost-answer', 'duplicate', 'reorder']),
  probability: z.number().min(0).max(1).optional(),
  count: z.int().min(1).max(1_000_000).optional(),
  seed: z.int().optional(),
  delayMs: z.number().min(0).max(600_000).optional(),
})

/** What befalls the way of an event from the bus into the queues. */
const deliveryFault = z.strictObject({
  target: z.literal('queues'),
  kind: z.enum(['duplicate', 'delay', 'reorder']),
  probability: z.number().min(0).max(1).optional(),
  count: z.int().min(1).max(1_000_000).optional(),
  seed: z.int().optional(),
  delayMs: z.number().min(0).max(86_400_000).optional(),
})

/** Kills the runner itself, before or after its `count`-th outgoing call from now on. */
const death = z.strictObject({
  target: z.literal(['*', 'process']),
  kind: z.enum(['die-before', 'die-after']),
  count: z.int().min(1),
})

const anyFault = z.union([callFault, deliveryFault, death])

/** `exactOptionalPropertyTypes`: an option left out and one that is undefined are not the same to the plan. */
const given = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as T

export interface SandboxDeps extends PaymentEndpointsDeps {
  issuer: SandboxIssuer
  clock: SandboxClock
  mailbox: Mailbox
  pump: Pump
  /** Waits for everything that is under way, the payment provider's calls included. */
  drain: Pump['drain']
  faults: Faults
  deliveryFaults: Faults
  death: SuddenDeath
  queues: Queues
  deadLetterQueues: readonly string[]
}

const listFaults = ({ faults, deliveryFaults, death: plan }: SandboxDeps): unknown[] => [
  ...faults.list(),
  ...deliveryFaults.list().map((fault) => ({ ...fault, target: 'queues' })),
  ...(plan.armed() ? [{ target: '*', ...plan.armed() }] : []),
]

const addFault = (fault: z.output<typeof anyFault>, deps: SandboxDeps): void => {
  if (fault.kind === 'die-before' || fault.kind === 'die-after')
    deps.death.arm({ kind: fault.kind, count: fault.count ?? 1 })
  else if (fault.target === 'queues') deps.deliveryFaults.add(given({ ...fault, target: 'events' }) as Fault)
  else deps.faults.add(given(fault) as Fault)
}

const deadLetters = ({ queues, deadLetterQueues }: SandboxDeps) =>
  deadLetterQueues.map((queue) => ({
    queue,
    messages: queues.peek(queue, 1_000).map(({ messageId, body, attributes, sentAt }) => ({
      messageId,
      sentAt: toIso(sentAt),
      reason: attributes.reason ?? null,
      attributes,
      body,
    })),
  }))

/** What only the embedded runner has: tokens for anybody, time travel, captured messages, faults. */
export const sandboxEndpoints = (deps: SandboxDeps): SandboxEndpoints => {
  const { issuer, clock, mailbox, pump, queues } = deps
  const showClock = () => ({ now: toIso(clock.now()) })
  return {
    'POST /tokens': async ({ body }) => ({ accessToken: await issuer.mint(body(tokenRequest)) }),
    'GET /issuer/.well-known/jwks.json': () => issuer.keySet,
    'GET /clock': showClock,
    'PUT /clock': async ({ body }) => {
      const { now } = body(z.strictObject({ now: instantText }))
      await pump.whilePaused(() => clock.travel(fromIso(now)))
      deps.vnpay.wake()
      return showClock()
    },
    'GET /messages': ({ query }) => {
      const { to } = query(z.strictObject({ to: z.string().min(1).optional() }))
      return { items: mailbox.messages(to) }
    },
    'POST /drain': async () => {
      const { done, left } = await deps.drain()
      if (!done) throw new AppError('unavailable', { extensions: { left: JSON.stringify(left) } })
      // What waits for its next try is not due; travel in time to see it go.
      const waits = Object.values(left.queues).some(
        ({ visible, inFlight, delayed }) => visible + inFlight + delayed > 0,
      )
      return { drained: left.outbox === 0 && !waits, ...left }
    },
    'GET /faults': () => ({ items: listFaults(deps) }),
    'POST /faults': ({ body }) => {
      addFault(body(anyFault), deps)
      return { items: listFaults(deps) }
    },
    'DELETE /faults': () => {
      deps.faults.clear()
      deps.deliveryFaults.clear()
      deps.death.disarm()
    },
    'GET /dead-letters': () => ({ items: deadLetters(deps) }),
    'POST /dead-letters/redrive': () => {
      const count = deps.deadLetterQueues.reduce((sum, queue) => sum + queues.redrive(queue), 0)
      pump.queuesChanged()
      return { redriven: count }
    },
    ...paymentEndpoints(deps),
  }
}
