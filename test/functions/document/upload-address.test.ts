import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Counter, codeOf, errorsOf, openCounter, type Ticket } from './counter.ts'
import type { Answer } from './requests.ts'
import { bytes } from './world.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
})
afterAll(() => counter.stop())

describe('asking for an upload address', () => {
  it('answers a form that storage takes for this file, in real time', async () => {
    const answer = await counter.create()
    expect(answer.status).toBe(201)
    const ticket = answer.body as Ticket
    expect(Object.keys(ticket).sort()).toEqual(['id', 'upload'])
    expect(ticket.upload.method).toBe('POST')
    expect(ticket.upload.fields['Content-Type']).toBe('application/pdf')
    const left = Date.parse(ticket.upload.expiresAt) - Date.now()
    expect(left).toBeGreaterThan(14 * 60_000)
    expect(left).toBeLessThanOrEqual(15 * 60_000)
    expect(ticket.upload.expiresAt).toMatch(/\+07:00$/)
    expect((await counter.send(ticket, bytes)).status).toBe(204)
    expect(Buffer.from((await counter.world.uploadOf(ticket)) ?? [])).toEqual(bytes)
  })

  it('lets storage refuse a larger file, another type, another key and an empty file', async () => {
    const ticket = await counter.made()
    expect((await counter.send(ticket, Buffer.alloc(bytes.byteLength + 1))).status).toBe(400)
    expect((await counter.send(ticket, Buffer.alloc(0))).status).toBe(400)
    expect((await counter.send(ticket, bytes, { 'Content-Type': 'text/html' })).status).toBe(403)
    expect((await counter.send(ticket, bytes, { key: 'uploads/another' })).status).toBe(403)
    expect(await counter.world.uploadOf(ticket)).toBeUndefined()
  })

  it('names the limit and the type, both at once', async () => {
    const answer = await counter.create({ size: 10 * 1024 * 1024 + 1, contentType: 'application/zip' })
    expect(answer.status).toBe(422)
    expect(errorsOf(answer)).toEqual(['file-too-large #/size', 'type-not-accepted #/contentType'])
    expect(answer.text).toContain('10 MB')
    expect((await counter.create({ size: 10 * 1024 * 1024 })).status).toBe(201)
  })

  it('names every wrong field', async () => {
    const body = { fileName: '/', contentType: 7, size: 0, sha256: 'AB', purpose: '', more: 1 }
    const answer = await counter.call('createDocument', { body })
    expect(answer.status).toBe(422)
    expect(errorsOf(answer).map((error) => error.split(' ')[1])).toEqual(
      expect.arrayContaining(['#/fileName', '#/contentType', '#/size', '#/sha256', '#/purpose', '#/more']),
    )
  })

  it('makes one document of 50 calls with one key, and gives all the same answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => counter.create({}, { 'idempotency-key': 'fifty' })),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]))
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    expect(answers.filter((answer) => answer.headers['Idempotent-Replayed'] === 'true')).toHaveLength(49)
    const first = (answers[0] as Answer).body as Ticket
    const other = await counter.create({ size: 1 }, { 'idempotency-key': 'fifty' })
    expect(other.status).toBe(422)
    expect(other.body).toMatchObject({
      code: 'idempotency-key-reused',
      existing: first.id,
    })
    const another = await counter.create({}, { 'idempotency-key': 'fifty' }, 'minh')
    expect((another.body as Ticket).id).not.toBe(first.id)
  })

  it('wants a key, and is for citizens and officers', async () => {
    expect(codeOf(await counter.create({}, { 'idempotency-key': '' }))).toBe('idempotency-key-required')
    expect((await counter.create({}, {}, 'officer')).status).toBe(201)
    expect((await counter.create({}, {}, 'operator')).status).toBe(403)
  })
})
