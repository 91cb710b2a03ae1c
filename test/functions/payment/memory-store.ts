import type { Changed } from '../../../functions/payment/judgement.ts'
import type { LedgerEntry } from '../../../functions/payment/ledger.ts'
import {
  type FeeLock,
  isLive,
  type KeptResult,
  type Payment,
  resultKey,
} from '../../../functions/payment/model.ts'
import type { PaymentStore } from '../../../functions/payment/ports.ts'
import type { Item } from '../../../shared/dynamo.ts'
import type { Envelope } from '../../../shared/events.ts'
import { replayOf, replyFields } from '../../../shared/replies.ts'

/** The store in memory, with its shelves open for tests to look at. Passes the same suite as the real one. */
export const createMemoryStore = () => {
  const payments = new Map<string, Payment>()
  const locks = new Map<string, FeeLock>()
  const results = new Map<string, KeptResult>()
  const strays = new Map<string, { kept: KeptResult; entry: LedgerEntry | null }>()
  const entries: LedgerEntry[] = []
  const events: Envelope[] = []
  const replies = new Map<string, Item>()

  const isAsSeen = ({ before }: Changed): boolean => payments.get(before.id)?.version === before.version
  const lockAsSeen = (before: FeeLock | undefined, after: FeeLock): boolean =>
    locks.get(after.feeRequestId)?.version === before?.version
  const apply = ({ after, events: told }: Changed): void => {
    payments.set(after.id, structuredClone(after))
    events.push(...told)
  }
  const resultId = (kept: KeptResult): string => `${kept.paymentId}#${resultKey(kept)}`

  const store: PaymentStore = {
    attempts: async (_, feeRequestId) => {
      const lock = locks.get(feeRequestId)
      return lock && structuredClone({ lock, current: payments.get(lock.current) })
    },
    replay: async (id, command) => {
      const item = replies.get(`${id}#${command.scope}`)
      return item && replayOf(item, command)
    },
    open: async ({ payment, event, lock, replaced, command, answer }) => {
      // As the table does: one transaction cannot write an item twice.
      if (replaced?.before.id === payment.id) throw new Error('multiple operations on one item')
      const isFree = !payments.has(payment.id) && lockAsSeen(lock.before, lock.after)
      if (!isFree || (replaced && !isAsSeen(replaced))) return 'overtaken'
      payments.set(payment.id, structuredClone(payment))
      locks.set(lock.after.feeRequestId, lock.after)
      events.push(event)
      replies.set(`${payment.id}#${command.scope}`, replyFields(command, payment.id, answer))
      if (replaced) apply(replaced)
      return 'opened'
    },
    find: async (id) => structuredClone(payments.get(id)),
    standing: async (id, key) => {
      const payment = payments.get(id)
      const lock = payment && locks.get(payment.feeRequestId)
      if (!payment || !lock) return undefined
      const rival = lock.current === id ? undefined : payments.get(lock.current)
      return structuredClone({ payment, lock, rival, kept: results.get(`${id}#${key}`) })
    },
    settle: async (kept, settlement) => {
      if (results.has(resultId(kept))) return 'overtaken'
      if (settlement) {
        const { payment, rival, lock } = settlement
        const seen = isAsSeen(payment) && (!rival || isAsSeen(rival))
        if (!seen || (lock && !lockAsSeen(lock.before, lock.after))) return 'overtaken'
        apply(payment)
        if (rival) apply(rival)
        if (lock) locks.set(lock.after.feeRequestId, lock.after)
        entries.push(...settlement.entries)
      }
      results.set(resultId(kept), kept)
      return 'settled'
    },
    keepStray: async (kept, entry) => {
      const id = `${kept.provider}#${kept.reference}#${resultKey(kept)}`
      if (strays.has(id)) return false
      strays.set(id, { kept, entry })
      return true
    },
    expire: async (change) => {
      if (!isAsSeen(change)) return 'overtaken'
      apply(change)
      return 'expired'
    },
    expiring: async (before, { limit, after }) => {
      const waiting = [...payments.values()]
        .filter((payment) => isLive(payment) && payment.expiresAt < before)
        .map(({ id, dossierId, expiresAt }) => ({ id, dossierId, at: `${expiresAt}#${id}` }))
        .filter(({ at }) => after === undefined || at > after)
        .sort((a, b) => (a.at < b.at ? -1 : 1))
      const page = waiting.slice(0, limit)
      return {
        payments: page.map(({ id, dossierId }) => ({ id, dossierId })),
        next: page.length === limit ? page.at(-1)?.at : undefined,
      }
    },
    money: async (dossierId) => {
      const own = [...payments.values()].filter((payment) => payment.dossierId === dossierId)
      const ids = new Set(own.map(({ id }) => id))
      return structuredClone({
        payments: own,
        results: [...results.values()].filter(({ paymentId }) => ids.has(paymentId)),
        entries: entries.filter(({ paymentId }) => ids.has(paymentId)),
        locks: [...locks.values()].filter((lock) => lock.dossierId === dossierId),
      })
    },
  }
  return { ...store, events, strays, allEntries: entries }
}
