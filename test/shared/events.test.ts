import { globSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defineEvent, type EventDefinition, envelope, eventOf } from '../../shared/events.ts'
import { runs } from '../kit/runs.ts'

const written = defineEvent({
  type: 'vn.motcua.notes.written.v1',
  description: 'A note was written.',
  data: z.object({ noteId: z.string(), kind: z.string().default('plain') }),
})
const place = { province: '37', environment: 'sandbox' }
const about = { subject: 'n1', sequence: 1, at: Date.UTC(2026, 10, 21), correlationId: 'c1' }

describe('an event', () => {
  it('says what happened to what, when and where, and nothing more', () => {
    const extra = { personalId: '037090000001', name: 'Nguyễn Thị Ánh', inner: { phone: '0912' } }
    const event = eventOf(written, place, about, { noteId: 'n1', ...extra } as { noteId: string })
    expect(event).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      type: 'vn.motcua.notes.written.v1',
      subject: 'n1',
      sequence: 1,
      time: '2026-11-21T07:00:00.000+07:00',
      province: '37',
      environment: 'sandbox',
      correlationId: 'c1',
      data: { noteId: 'n1', kind: 'plain' },
    })
    expect(envelope.parse(event)).toEqual(event)
  })

  it('with data of another shape is not made', () => {
    expect(() => eventOf(written, place, about, { noteId: 1 } as never)).toThrow()
  })

  it('has one id for one place in the order of one thing: a repeat is the same event', () => {
    const word = fc.stringMatching(/^[\w:.#-]{1,6}$/)
    const input = fc.record({
      subject: word,
      sequence: fc.integer({ min: 1, max: 30 }),
      province: word,
      environment: word,
    })
    type Input = { subject: string; sequence: number; province: string; environment: string }
    const idOf = ({ subject, sequence, ...where }: Input, at: number) =>
      eventOf(written, where, { ...about, subject, sequence, at }, { noteId: 'n' }).id
    fc.assert(
      fc.property(input, input, fc.nat(), fc.nat(), (one, other, at, later) => {
        expect(idOf(one, at)).toBe(idOf(one, later))
        const isSame = (Object.keys(one) as (keyof Input)[]).every((name) => one[name] === other[name])
        expect(idOf(one, at) === idOf(other, at)).toBe(isSame)
      }),
      { numRuns: runs(300) },
    )
  })

  it('never joins its parts into the id of another', () => {
    const at = (subject: string, sequence: number) =>
      eventOf(written, place, { ...about, subject, sequence }, { noteId: 'n' }).id
    expect(at('n1', 1)).not.toBe(at('n', 11))
    expect(at('n1', 12)).not.toBe(at('n11', 2))
  })
})

describe('every event there is', async () => {
  const files = globSync('functions/*/events.ts')
  const modules = await Promise.all(files.map((file) => import(resolve(file)) as Promise<object>))
  const definitions = modules
    .flatMap((module) => Object.values(module) as unknown[])
    .filter(
      (value): value is EventDefinition => typeof value === 'object' && value !== null && 'type' in value,
    )
  const members = ({ data }: EventDefinition): string[] =>
    Object.keys((z.toJSONSchema(data, { io: 'input' }) as { properties: object }).properties)

  it('is found', () => {
    expect(files.length).toBeGreaterThanOrEqual(3)
    expect(definitions.length).toBeGreaterThanOrEqual(6)
  })

  it('is named vn.motcua.<context>.<past participle>.v<n>, once', () => {
    const types = definitions.map(({ type }) => type)
    expect(types.filter((type) => !/^vn\.motcua\.[a-z]+\.[a-z-]+\.v\d+$/.test(type))).toEqual([])
    expect(new Set(types).size).toBe(types.length)
  })

  it('carries ids and the keyed hash of a person, never the person', () => {
    // A list of what may be in, not of what may not: a new member has to be weighed here.
    const known = [
      ...['documentId', 'ownerRef', 'reason', 'dossierId', 'citizenRef', 'procedureCode', 'procedureVersion'],
      ...['agency', 'channel', 'code', 'receiptId', 'version', 'validFrom', 'paymentId', 'feeRequestId'],
      ...['provider', 'amount', 'currency', 'paidAt', 'late', 'because', 'flag', 'received'],
    ]
    const strange = definitions.flatMap((event) =>
      members(event).flatMap((name) => (known.includes(name) ? [] : [`${event.type}: ${name}`])),
    )
    expect(strange).toEqual([])
  })
})
