import { errorFields } from '../../shared/log.ts'
import { toIso } from '../../shared/time.ts'
import type { ReceivingDeps } from './deps.ts'
import { judge } from './judgement.ts'
import { entryOf, heldPostings } from './ledger.ts'
import { type ProviderResult, resultKey, type Verdict } from './model.ts'
import type { Incoming } from './providers/provider.ts'
import { readReference } from './reference.ts'

const mostTries = 10

/**
 * Takes a provider's message and answers in the provider's form, whatever it is. Nothing is read or written for
 * a message that is not genuine; a genuine one is recorded in the same transaction as what it does.
 */
export const createReceiving = ({ store, providers, place, clock, log }: ReceivingDeps) => {
  /** A genuine message about no payment of ours. If money came with it, it is held for whoever asks for it. */
  const stray = async (provider: string, result: ProviderResult, correlationId: string): Promise<Verdict> => {
    const at = toIso(clock.now())
    const { transactionNo, amount, outcome } = result
    const isMoney = outcome !== 'failure' && amount !== null
    const entry = isMoney
      ? entryOf({
          paymentId: '',
          number: 1,
          at,
          why: 'stray',
          transactionNo,
          postings: heldPostings(provider, amount),
        })
      : null
    const kept = { ...result, paymentId: '', provider, verdict: 'unknown' as const, at }
    if (await store.keepStray(kept, entry))
      log.error('a genuine message about an unknown payment', { correlationId, reason: 'unknown-payment' })
    return 'unknown'
  }

  const settle = async (
    provider: string,
    paymentId: string,
    result: ProviderResult,
    correlationId: string,
  ): Promise<Verdict> => {
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const standing = await store.standing(paymentId, resultKey(result))
      if (!standing || standing.payment.provider !== provider) return stray(provider, result, correlationId)
      if (standing.kept) return standing.kept.verdict === 'accepted' ? 'repeated' : standing.kept.verdict
      const at = clock.now()
      const { verdict, settlement } = judge(standing, result, place, { at, correlationId })
      const kept = { ...result, paymentId, provider, verdict, at: toIso(at) }
      if ((await store.settle(kept, settlement)) === 'settled') {
        const fields = { correlationId, subject: `payment/${paymentId}`, reason: verdict, code: result.code }
        if (verdict === 'amount-mismatch') log.error('a provider reports another amount', fields)
        else log.info('message of a provider', fields)
        return verdict
      }
    }
    throw new Error('a payment that never stands still')
  }

  const verdictOf = async (provider: string, incoming: Incoming, correlationId: string): Promise<Verdict> => {
    const reading = providers.get(provider)?.read(incoming)
    if (!reading || reading.kind === 'unreadable') return 'fault'
    if (reading.kind === 'forged') return 'forged'
    const order =
      reading.kind === 'result'
        ? readReference(reading.result.reference, place)
        : { kind: 'foreign' as const }
    // Another stack's order: its money is in that stack's books, and must not appear in ours.
    if (order?.kind === 'foreign') {
      log.warn('a message for another environment, province or merchant', {
        correlationId,
        reason: 'foreign-order',
        count: 1,
      })
      return 'unknown'
    }
    if (reading.kind !== 'result') return 'unknown'
    return order
      ? settle(provider, order.paymentId, reading.result, correlationId)
      : stray(provider, reading.result, correlationId)
  }

  return async (provider: string, incoming: Incoming, correlationId: string): Promise<unknown> => {
    let verdict: Verdict = 'fault'
    try {
      verdict = await verdictOf(provider, incoming, correlationId)
    } catch (error) {
      // Answered so that the provider calls again; what was written before is found then.
      log.error('a message could not be taken', { correlationId, ...errorFields(error) })
    }
    return providers.get(provider)?.answer(verdict)
  }
}
