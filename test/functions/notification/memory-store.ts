import {
  type ChosenPreferences,
  type DeliveryKey,
  defaultPreferences,
  type InboxEntry,
  leaseMs,
  type NotificationStore,
} from '../../../functions/notification/model.ts'
import type { Item } from '../../../shared/dynamo.ts'
import { readCursor, writeCursor } from '../../../shared/dynamo.ts'
import { AppError, invalidRequest } from '../../../shared/errors.ts'
import { replayOf, replyFields } from '../../../shared/replies.ts'
import { toIso } from '../../../shared/time.ts'

export interface KeptDelivery extends DeliveryKey {
  state: 'pending' | 'sent' | 'failed' | 'skipped'
  attempts: number
  leaseUntil: number
  reason?: string
}

/** The store in memory, with its shelves open for tests to look at. Passes the same suite as the real one. */
export const createMemoryStore = (): NotificationStore & {
  deliveries: Map<string, KeptDelivery>
  inbox: Map<string, InboxEntry[]>
} => {
  const deliveries = new Map<string, KeptDelivery>()
  const inbox = new Map<string, InboxEntry[]>()
  const chosen = new Map<string, ChosenPreferences>()
  const replies = new Map<string, Item>()
  const place = (key: DeliveryKey) => `${key.person}/${key.id}`
  const sortKey = (entry: InboxEntry) => `inbox#${toIso(entry.at)}#${entry.id}`
  const held = (key: DeliveryKey, attempt: number) => {
    const kept = deliveries.get(place(key))
    return kept?.state === 'pending' && kept.attempts === attempt ? kept : undefined
  }
  return {
    deliveries,
    inbox,
    claim: async (key, now) => {
      const kept = deliveries.get(place(key))
      if (kept && kept.state !== 'pending') return { kind: 'settled' }
      if (kept && kept.leaseUntil > now) return { kind: 'busy' }
      const attempt = (kept?.attempts ?? 0) + 1
      deliveries.set(place(key), { ...key, state: 'pending', attempts: attempt, leaseUntil: now + leaseMs })
      return { kind: 'claimed', attempt }
    },
    settle: async (key, attempt, how) => {
      const before = deliveries.get(place(key))
      const kept = held(key, attempt)
      if (kept) deliveries.set(place(key), { ...kept, ...how, leaseUntil: 0 })
      return kept !== undefined || (before?.state === how.state && before.attempts === attempt)
    },
    release: async (key, attempt) => {
      const kept = held(key, attempt)
      if (kept) deliveries.set(place(key), { ...kept, leaseUntil: 0 })
    },
    deliverEntry: async (key, entry) => {
      if (deliveries.has(place(key))) return false
      deliveries.set(place(key), { ...key, state: 'sent', attempts: 1, leaseUntil: 0 })
      inbox.set(key.person, [...(inbox.get(key.person) ?? []), entry])
      return true
    },
    entries: async (person, { limit, cursor }) => {
      const start = readCursor(cursor, ['sk'])
      if (start && !String(start.sk).startsWith('inbox#'))
        throw invalidRequest({ code: 'bad-cursor', parameter: 'cursor' })
      const sorted = (inbox.get(person) ?? [])
        .filter((entry) => !start || sortKey(entry) < String(start.sk))
        .sort((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1))
      const items = sorted.slice(0, limit)
      const last = items.at(-1)
      return {
        items,
        nextCursor: last && items.length === limit ? writeCursor({ sk: sortKey(last) }, ['sk']) : null,
      }
    },
    of: async (person) => chosen.get(person) ?? defaultPreferences,
    choose: async (person, wish, { command, ifMatch }) => {
      const reply = replies.get(`${person}/${command.scope}`)
      if (reply) return replayOf(reply, command)
      const { version } = chosen.get(person) ?? defaultPreferences
      if (ifMatch !== undefined && ifMatch !== version)
        throw new AppError('version-conflict', { params: { version } })
      const next = { ...wish, version: version + 1 }
      chosen.set(person, next)
      replies.set(`${person}/${command.scope}`, replyFields(command, 'preferences', next))
      return { body: next, replayed: false }
    },
  }
}
