import * as z from 'zod'
import { AppError } from '../../../shared/errors.ts'
import type { Log } from '../../../shared/log.ts'
import { type Clock, type Instant, seconds } from '../../../shared/time.ts'
import {
  type Channel,
  type Deliveries,
  type DeliveryKey,
  deliveryKey,
  type Letter,
  type Message,
  type Settlement,
} from '../model.ts'
import { addressableName } from '../plain-text.ts'

/** A letter with everything a mail server is told. */
export interface Mail extends Letter {
  to: { name: string; address: string }
  messageId: string
  date: Instant
}

/** What a mail server said for good. Anything that may pass is thrown instead. */
export type Posted = { kind: 'accepted' } | { kind: 'refused'; reason: string }

/** The way out to a mail server. */
export type Post = (mail: Mail) => Promise<Posted>

export interface EmailDeps {
  deliveries: Deliveries
  post: Post
  clock: Clock
  log: Log
  /** The part of `Message-ID` after the @. */
  host: string
}

/** RFC 5321, 4.5.3.1.3: a path of 256 octets with its angle brackets. */
const address = z.email().max(254)

/** Decided without the mail server. */
const settledUnsent = (message: Message): Settlement | undefined => {
  if (message.address === undefined || message.address.trim() === '')
    return { state: 'skipped', reason: 'no-address' }
  if (!message.legal && !message.preferences.email.enabled)
    return { state: 'skipped', reason: 'switched-off' }
  return address.safeParse(message.address.trim()).success
    ? undefined
    : { state: 'failed', reason: 'bad-address' }
}

const comesAgain = (): AppError => new AppError('unavailable', { retryAfter: seconds(60) / 1_000 })

/**
 * E-mail. A mail server takes part in no transaction, so: claim the delivery, send, mark it. A second mail is
 * possible only when the server took the first and its answer or our mark was lost; it then has the same
 * `Message-ID`, by which mail programs show one.
 */
export const createEmailChannel = ({ deliveries, post, clock, log, host }: EmailDeps): Channel => {
  const send = async (key: DeliveryKey, attempt: number, message: Message): Promise<Settlement> => {
    const unsent = settledUnsent(message)
    if (unsent) return unsent
    const mail: Mail = {
      ...message.letter,
      to: { name: addressableName(message.name), address: message.address?.trim() ?? '' },
      messageId: `<${key.id.toLowerCase()}@${host}>`,
      date: clock.now(),
    }
    try {
      const posted = await post(mail)
      return posted.kind === 'accepted' ? { state: 'sent' } : { state: 'failed', reason: posted.reason }
    } catch (error) {
      // Only the speed of the repeat hangs on this: an unreleased claim ends by itself.
      await deliveries.release(key, attempt).catch(() => undefined)
      throw error
    }
  }
  return {
    name: 'email',
    deliver: async (message) => {
      const key = deliveryKey(message, 'email')
      const claim = await deliveries.claim(key, clock.now())
      if (claim.kind === 'settled') return
      if (claim.kind === 'busy') throw comesAgain()
      const how = await send(key, claim.attempt, message)
      if (how.state !== 'sent')
        log.warn('mail not sent', { eventId: key.eventId, citizenRef: key.person, reason: how.reason })
      // Whoever took the claim over now answers for the delivery; this event looks again until that is settled.
      if (!(await deliveries.settle(key, claim.attempt, how, clock.now()))) throw comesAgain()
    },
  }
}
