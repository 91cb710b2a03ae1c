import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bus } from '../../../functions/ops/bus.ts'
import type { Waiting } from '../../../functions/ops/outbox.ts'
import { chunks, createPublish } from '../../../functions/ops/publish.ts'
import { createLog } from '../../../shared/log.ts'
import { waitingEvent } from './outbox-double.ts'

const log = createLog('test', () => undefined)

describe('chunks', () => {
  it('keep every event, the order, ten at most and the size of a call', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 150_000 }), { maxLength: 60 }), (sizes) => {
        const all = sizes.map((size, index) => waitingEvent(index, { filler: 'x'.repeat(size) }))
        const parts = chunks(all)
        expect(parts.flat()).toEqual(all)
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(10)
          expect(part.length).toBeGreaterThan(0)
          const bytes = part.reduce((sum, { event }) => sum + JSON.stringify(event).length, 0)
          if (part.length > 1) expect(bytes).toBeLessThan(256 * 1024)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('are full where size allows', () => {
    expect(chunks(Array.from({ length: 25 }, (_, i) => waitingEvent(i))).map((part) => part.length)).toEqual([
      10, 10, 5,
    ])
  })
})

describe('publish', () => {
  it('marks exactly what the bus took, and hands back the rest, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('taken', 'refused', 'mark-fails', 'call-fails'), { maxLength: 40 }),
        async (fates) => {
          const all = fates.map((_, index) => waitingEvent(index))
          const fateOf = new Map(all.map((waiting, index) => [waiting.event.id, fates[index]]))
          const taken = new Set<string>()
          const marked = new Set<string>()
          const bus: Bus = {
            put: async (events) => {
              if (events.some(({ id }) => fateOf.get(id) === 'call-fails')) throw new Error('no answer')
              return events.map(({ id }) => {
                if (fateOf.get(id) === 'refused') return { taken: false, reason: 'ThrottlingException' }
                taken.add(id)
                return { taken: true }
              })
            },
          }
          const outbox = {
            markPublished: async ({ event }: Waiting) => {
              if (fateOf.get(event.id) === 'mark-fails') throw new Error('throttled')
              marked.add(event.id)
            },
          }
          const again = await createPublish({ bus, outbox, log })(all)
          for (const id of marked) expect(taken).toContain(id)
          expect(all.filter(({ event }) => !marked.has(event.id))).toEqual(again)
        },
      ),
    )
  })

  it('takes an answer without an entry for the event as a refusal', async () => {
    const all = [waitingEvent(1), waitingEvent(2)]
    const bus: Bus = { put: async () => [{ taken: true }] }
    const again = await createPublish({ bus, outbox: { markPublished: async () => undefined }, log })(all)
    expect(again).toEqual(all.slice(1))
  })
})
