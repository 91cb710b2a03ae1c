import { fromIso, toIso } from '../../shared/time.ts'
import type { ExpiringDeps } from './deps.ts'
import { expiredPayment } from './judgement.ts'
import { isLive } from './model.ts'

const pageSize = 50

/**
 * Ends payments whose time is over. The index only says where to look: state and time are read anew and the
 * write names the version, so that a payment paid at this moment stays paid.
 */
export const createExpiring = ({ store, place, clock, mostPerRun = 1_000 }: ExpiringDeps) => {
  const expire = async (id: string): Promise<boolean> => {
    const payment = await store.find(id)
    const at = clock.now()
    if (!payment || !isLive(payment) || fromIso(payment.expiresAt) > at) return false
    const change = expiredPayment(payment, 'time', place, { at, correlationId: `expire-${id}` })
    return (await store.expire(change)) === 'expired'
  }

  return async (): Promise<{ expired: number }> => {
    const before = toIso(clock.now())
    const failures: unknown[] = []
    let looked = 0
    let expired = 0
    let after: string | undefined
    do {
      const page = await store.expiring(before, { limit: Math.min(pageSize, mostPerRun - looked), after })
      for (const { id } of page.payments) {
        looked += 1
        // One that fails stays listed for the next run and does not hold up the others.
        await expire(id).then(
          (done) => {
            expired += done ? 1 : 0
          },
          (error: unknown) => failures.push(error),
        )
      }
      after = page.next
    } while (after !== undefined && looked < mostPerRun)
    if (failures.length > 0) throw new AggregateError(failures, 'some payments could not be ended')
    return { expired }
  }
}
