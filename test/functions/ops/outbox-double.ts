import * as z from 'zod'
import type { Bus } from '../../../functions/ops/bus.ts'
import type { Outbox, Waiting } from '../../../functions/ops/outbox.ts'
import { type Item, outboxItem } from '../../../shared/dynamo.ts'
import { defineEvent, type Envelope, eventOf } from '../../../shared/events.ts'
import { toIso } from '../../../shared/time.ts'

export const start = Date.parse('2026-11-21T09:05:00+07:00')

const definition = defineEvent({
  type: 'vn.motcua.dossier.submitted.v1',
  description: 'for tests',
  data: z.record(z.string(), z.unknown()),
})

export const event = (index: number, data: Record<string, unknown> = {}, at = start): Envelope =>
  eventOf(
    definition,
    { province: '37', environment: 'sandbox' },
    { subject: `dossier/${index}`, sequence: 1, at, correlationId: 'c' },
    data,
  )

export const waitingEvent = (index: number, data: Record<string, unknown> = {}): Waiting => ({
  table: 'dossiers',
  key: { pk: `dossier#${index}`, sk: 'event#0000000001' },
  event: event(index, data),
})

/** An outbox in memory, which pages like the real one. */
export const memoryOutbox = (pageSize = 3) => {
  const tables = new Map<string, Map<string, Item>>()
  const outbox: Outbox = {
    markPublished: async ({ table, key }) => {
      const item = tables.get(table)?.get(`${key.pk}|${key.sk}`)
      if (item) {
        delete item.unpublished
        delete item.unpublishedAt
      }
    },
    waitingSince: async (table, before, from) => {
      const all = [...(tables.get(table)?.values() ?? [])]
        .filter((item) => item.unpublished === 'waiting' && String(item.unpublishedAt) < toIso(before))
        .sort((a, b) => (String(a.unpublishedAt) < String(b.unpublishedAt) ? -1 : 1))
        .filter((item) => !from || String(item.unpublishedAt) > String(from.unpublishedAt))
      const items = all.slice(0, pageSize)
      return {
        items,
        next: all.length > pageSize ? { unpublishedAt: items.at(-1)?.unpublishedAt } : undefined,
      }
    },
  }
  return {
    outbox,
    add: (table: string, index: number, at = start): Item => {
      const item = outboxItem(`dossier#${index}`, event(index, {}, at))
      const items = tables.get(table) ?? new Map<string, Item>()
      tables.set(table, items.set(`${item.pk}|${item.sk}`, item))
      return item
    },
    waiting: () =>
      [...tables.values()].flatMap((items) => [...items.values()]).filter((item) => item.unpublished).length,
  }
}

/** A bus that refuses by a plan and remembers what it took. */
export const fakeBus = (refuses: (event: Envelope) => boolean = () => false) => {
  const taken: string[] = []
  const bus: Bus = {
    put: async (events) =>
      events.map((entry) => {
        if (refuses(entry)) return { taken: false, reason: 'InternalFailure' }
        taken.push(entry.id)
        return { taken: true }
      }),
  }
  return { bus, taken }
}
