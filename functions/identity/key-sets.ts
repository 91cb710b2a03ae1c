import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import * as z from 'zod'
import { AppError } from '../../shared/errors.ts'
import type { Issuer } from '../../shared/province.ts'
import { type Clock, hours, type Instant, minutes, seconds } from '../../shared/time.ts'

/** Gets the public keys an issuer shows now. */
export type FetchKeys = (issuer: Issuer) => Promise<JSONWebKeySet>

/** Keys this old are asked for again; a withdrawn key is thus refused after ten minutes. */
const freshFor = minutes(10)
/** With the issuer unreachable, known keys are still trusted this long. */
const trustedFor = hours(24)
/** An unknown key id, which anybody can invent, makes at most one call to the issuer in this time. */
const cooldown = seconds(30)
/** With no key at all the wait is short: every sign-in of the province depends on the next try. */
const retryAfter = seconds(2)

const largest = 256 * 1024

const keySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().optional() })).max(100),
})

/** Reads the keys from the issuer's `jwksUri`: no redirects, five seconds, 256 KB at most. */
export const fetchKeySet: FetchKeys = async ({ jwksUri }) => {
  const response = await fetch(jwksUri, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(seconds(5)),
  })
  if (!response.ok || !response.body) throw new Error(`the issuer answers ${response.status}`)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > largest) throw new Error('the key set is too large')
    chunks.push(chunk)
  }
  return keySet.parse(JSON.parse(Buffer.concat(chunks).toString('utf8'))) as JSONWebKeySet
}

interface Known {
  find: ReturnType<typeof createLocalJWKSet>
  fetchedAt: Instant
}

/** A distance, not a difference: a sandbox clock that travels back must not make keys fresh for ever. */
const age = (clock: Clock, since: Instant): number => Math.abs(clock.now() - since)

/**
 * The keys of one issuer. They are fetched on first use, when they are old and when a token names a key that
 * is not among them (rotation); parallel callers share one fetch. Only the configured address is ever asked:
 * `jku`, `x5u` and `jwk` in a token's header are the attacker's to write.
 */
export const createKeySet = (issuer: Issuer, clock: Clock, fetchKeys: FetchKeys): JWTVerifyGetKey => {
  let known: Known | undefined
  let triedAt: Instant | undefined
  let flight: Promise<void> | undefined

  const fetchOnce = (): Promise<void> => {
    triedAt = clock.now()
    flight ??= (async () => {
      try {
        known = { find: createLocalJWKSet(await fetchKeys(issuer)), fetchedAt: clock.now() }
      } finally {
        flight = undefined
      }
    })()
    return flight
  }

  const mayTry = (wait: number): boolean =>
    flight !== undefined || triedAt === undefined || age(clock, triedAt) >= wait

  const current = async (): Promise<Known> => {
    if (known === undefined || age(clock, known.fetchedAt) >= freshFor) {
      // A failure is no verdict on the token: known keys serve on, and without them nobody can be verified.
      if (mayTry(known === undefined ? retryAfter : cooldown)) await fetchOnce().catch(() => undefined)
    }
    if (known === undefined || age(clock, known.fetchedAt) >= trustedFor)
      throw new AppError('unavailable', { retryAfter: 5 })
    return known
  }

  return async (header, token) => {
    const before = await current()
    try {
      return await before.find(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      // Somebody else's fetch may have brought the key while we looked.
      if (known === before) {
        if (!mayTry(cooldown)) throw error
        await fetchOnce().catch(() => undefined)
      }
      return (known ?? before).find(header, token)
    }
  }
}
