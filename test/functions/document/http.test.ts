import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentContracts } from '../../../functions/document/contract.ts'
import { documentAccepted, nextEvent } from '../../../functions/document/events.ts'
import type { Document } from '../../../functions/document/model.ts'
import { createDocuments } from '../../../functions/document/use-cases.ts'
import type { Caller } from '../../../shared/contract.ts'
import { AppError } from '../../../shared/errors.ts'
import { serve } from '../../../shared/http.ts'
import { sha256Hex } from '../../../shared/ids.ts'
import { createLog } from '../../../shared/log.ts'
import { type Answer, createRequests } from './requests.ts'
import { type Storage, startStorage } from './storage.ts'
import { bytes, place, realWorld, tickingClock, type World } from './world.ts'

const people: Record<string, Caller> = {
  lan: {
    actor: 'citizen',
    issuer: 'i',
    subject: 'lan',
    name: 'Lan',
    personalId: '1',
    ref: 'REF-LAN',
    loa: 2,
  },
  minh: {
    actor: 'citizen',
    issuer: 'i',
    subject: 'minh',
    name: 'Minh',
    personalId: '2',
    ref: 'REF-MINH',
    loa: 2,
  },
  officer: {
    actor: 'officer',
    issuer: 'o',
    subject: 'REF-LAN',
    name: 'O',
    agency: 'H42.101',
    roles: ['receiver'],
  },
  operator: { actor: 'operator', issuer: 'o', subject: 'op', name: 'P' },
}

let storage: Storage
let world: World
let call: ReturnType<typeof createRequests>
const lines: string[] = []

beforeAll(async () => {
  storage = await startStorage()
  world = realWorld(storage)
  const documents = createDocuments({
    ...world,
    clock: tickingClock(),
    place,
    maxFileBytes: 10 * 1024 * 1024,
  })
  const authenticate = async (authorization: string | undefined): Promise<Caller> => {
    const caller = people[authorization?.slice('Bearer '.length) ?? '']
    if (!caller) throw new AppError('unauthenticated')
    return caller
  }
  const log = createLog('test', (line) => lines.push(line))
  call = createRequests(serve(documentContracts, documents, { authenticate, log }))
})
afterAll(() => storage.stop())

const declared = {
  fileName: 'Đơn đăng ký.pdf',
  contentType: 'application/pdf',
  size: bytes.byteLength,
  sha256: sha256Hex(bytes),
  purpose: 'dossier',
}

interface Ticket {
  id: string
  upload: { method: string; url: string; fields: Record<string, string>; expiresAt: string }
}

const create = (more: object = {}, headers: Record<string, string> = {}, as = 'lan') =>
  call('createDocument', { as, body: { ...declared, ...more }, headers })

const made = async (as = 'lan'): Promise<Ticket> => (await create({}, {}, as)).body as Ticket

const send = (ticket: Ticket, file: Uint8Array, change: Record<string, string> = {}) => {
  const form = new FormData()
  for (const [name, value] of Object.entries({ ...ticket.upload.fields, ...change })) form.append(name, value)
  form.append('file', new Blob([Buffer.from(file)]), 'a.pdf')
  return fetch(ticket.upload.url, { method: 'POST', body: form })
}

const cleaned = async (): Promise<string> => {
  const ticket = await made()
  await send(ticket, bytes)
  await call('completeDocument', { of: ticket.id })
  const document = (await world.store.find(ticket.id)) as Document
  await world.files.keep(document, bytes)
  const event = nextEvent(documentAccepted, place, document, { at: 1, correlationId: 'c' })
  await world.store.move(document, { to: 'clean', reason: null, at: 1, event })
  return ticket.id
}

const codeOf = (answer: Answer) => (answer.body as { code: string }).code
const errorsOf = (answer: Answer) =>
  (answer.body as { errors: { code: string; pointer?: string; parameter?: string }[] }).errors.map(
    ({ code, pointer, parameter }) => `${code} ${pointer ?? parameter}`,
  )

describe('asking for an upload address', () => {
  it('answers a form that storage takes for this file, in real time', async () => {
    const answer = await create()
    expect(answer.status).toBe(201)
    const ticket = answer.body as Ticket
    expect(Object.keys(ticket).sort()).toEqual(['id', 'upload'])
    expect(ticket.upload.method).toBe('POST')
    expect(ticket.upload.fields['Content-Type']).toBe('application/pdf')
    const left = Date.parse(ticket.upload.expiresAt) - Date.now()
    expect(left).toBeGreaterThan(14 * 60_000)
    expect(left).toBeLessThanOrEqual(15 * 60_000)
    expect(ticket.upload.expiresAt).toMatch(/\+07:00$/)
    expect((await send(ticket, bytes)).status).toBe(204)
    expect(Buffer.from((await world.uploadOf(ticket)) ?? [])).toEqual(bytes)
  })

  it('lets storage refuse a larger file, another type, another key and an empty file', async () => {
    const ticket = await made()
    expect((await send(ticket, Buffer.alloc(bytes.byteLength + 1))).status).toBe(400)
    expect((await send(ticket, Buffer.alloc(0))).status).toBe(400)
    expect((await send(ticket, bytes, { 'Content-Type': 'text/html' })).status).toBe(403)
    expect((await send(ticket, bytes, { key: 'uploads/another' })).status).toBe(403)
    expect(await world.uploadOf(ticket)).toBeUndefined()
  })

  it('names the limit and the type, both at once', async () => {
    const answer = await create({ size: 10 * 1024 * 1024 + 1, contentType: 'application/zip' })
    expect(answer.status).toBe(422)
    expect(errorsOf(answer)).toEqual(['file-too-large #/size', 'type-not-accepted #/contentType'])
    expect(answer.text).toContain('10 MB')
    expect((await create({ size: 10 * 1024 * 1024 })).status).toBe(201)
  })

  it('names every wrong field', async () => {
    const body = { fileName: '/', contentType: 7, size: 0, sha256: 'AB', purpose: '', more: 1 }
    const answer = await call('createDocument', { body })
    expect(answer.status).toBe(422)
    expect(errorsOf(answer).map((error) => error.split(' ')[1])).toEqual(
      expect.arrayContaining(['#/fileName', '#/contentType', '#/size', '#/sha256', '#/purpose', '#/more']),
    )
  })

  it('makes one document of 50 calls with one key, and gives all the same answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => create({}, { 'idempotency-key': 'fifty' })),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]))
    expect(new Set(answers.map((answer) => answer.text)).size).toBe(1)
    expect(answers.filter((answer) => answer.headers['Idempotent-Replayed'] === 'true')).toHaveLength(49)
    const first = (answers[0] as Answer).body as Ticket
    const other = await create({ size: 1 }, { 'idempotency-key': 'fifty' })
    expect(other.status).toBe(422)
    expect(other.body).toMatchObject({
      code: 'idempotency-key-reused',
      existing: first.id,
    })
    const another = await create({}, { 'idempotency-key': 'fifty' }, 'minh')
    expect((another.body as Ticket).id).not.toBe(first.id)
  })

  it('wants a key, and is for citizens and officers', async () => {
    expect(codeOf(await create({}, { 'idempotency-key': '' }))).toBe('idempotency-key-required')
    expect((await create({}, {}, 'officer')).status).toBe(201)
    expect((await create({}, {}, 'operator')).status).toBe(403)
  })
})

describe('completing an upload', () => {
  it('refuses while the file is not there, and starts the inspection once it is', async () => {
    const ticket = await made()
    const early = await call('completeDocument', { of: ticket.id, headers: { 'idempotency-key': 'c-1' } })
    expect([early.status, codeOf(early)]).toEqual([409, 'upload-missing'])
    await send(ticket, bytes)
    const first = await call('completeDocument', { of: ticket.id, headers: { 'idempotency-key': 'c-1' } })
    expect(first.status).toBe(200)
    expect(first.headers.ETag).toBe('"2"')
    expect(first.body).toEqual({
      id: ticket.id,
      state: 'inspecting',
      reason: null,
      fileName: 'Đơn đăng ký.pdf',
      contentType: 'application/pdf',
      size: bytes.byteLength,
      sha256: declared.sha256,
      signatures: [],
      boundTo: [],
      version: 2,
      createdAt: expect.stringMatching(/\+07:00$/),
    })
    expect((await call('getDocument', { of: ticket.id })).text).toBe(first.text)
    const repeat = await call('completeDocument', { of: ticket.id, headers: { 'idempotency-key': 'c-1' } })
    expect([repeat.text, repeat.headers['Idempotent-Replayed']]).toEqual([first.text, 'true'])
    const events = await world.events(ticket.id)
    expect(events).toHaveLength(1)
    expect(events[0]?.data).toEqual({ documentId: ticket.id, ownerRef: 'REF-LAN' })
  })

  it('takes an empty object for a body, and tells of the upload once, however many ask', async () => {
    const ticket = await made()
    await send(ticket, bytes)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        call('completeDocument', {
          of: ticket.id,
          body: {},
          headers: { 'idempotency-key': `m-${index % 2}` },
        }),
      ),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    expect(await world.events(ticket.id)).toHaveLength(1)
  })

  it('minds the version the caller saw', async () => {
    const ticket = await made()
    await send(ticket, bytes)
    const stale = await call('completeDocument', { of: ticket.id, headers: { 'if-match': '"7"' } })
    expect([stale.status, codeOf(stale)]).toEqual([412, 'version-conflict'])
    expect((await call('completeDocument', { of: ticket.id, headers: { 'if-match': '"1"' } })).status).toBe(
      200,
    )
  })

  it('answers a document as it is when it was completed before', async () => {
    const id = await cleaned()
    const answer = await call('completeDocument', { of: id })
    expect([answer.status, (answer.body as { state: string }).state]).toEqual([200, 'clean'])
  })
})

describe('a document of somebody else', () => {
  it('is as unknown as one that never was', async () => {
    const id = await cleaned()
    for (const contract of [
      'completeDocument',
      'getDocument',
      'getDocumentContent',
      'deleteDocument',
    ] as const)
      for (const as of ['minh', 'officer']) {
        const theirs = await call(contract, { of: id, as })
        const none = await call(contract, { of: 'NEVERWAS', as })
        const plain = (answer: Answer) => answer.text.replace(/request-\d+/g, '')
        expect(theirs.status).toBe(404)
        expect(plain(theirs)).toBe(plain(none))
      }
  })
})

describe('the content', () => {
  it('is a minute-long address of the inspected file, as an attachment under its own name', async () => {
    const id = await cleaned()
    const answer = await call('getDocumentContent', { of: id })
    expect(answer.status).toBe(200)
    const { url, expiresAt } = answer.body as { url: string; expiresAt: string }
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 60_000)).toBeLessThan(5_000)
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('60')
    const file = await fetch(url)
    expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes)
    expect(file.headers.get('content-disposition')).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('Đơn đăng ký.pdf')}`,
    )
    expect(file.headers.get('content-type')).toBe('application/pdf')
  })

  it('is refused before the inspection has ended', async () => {
    const answer = await call('getDocumentContent', { of: (await made()).id })
    expect([answer.status, codeOf(answer)]).toEqual([409, 'invalid-transition'])
  })
})

describe('deleting', () => {
  it('hides the document and leaves the file', async () => {
    const id = await cleaned()
    const document = (await world.store.find(id)) as Document
    expect(await call('deleteDocument', { of: id })).toMatchObject({ status: 204, text: '' })
    for (const contract of ['getDocument', 'getDocumentContent', 'completeDocument'] as const)
      expect((await call(contract, { of: id })).status).toBe(404)
    expect((await call('deleteDocument', { of: id })).status).toBe(204)
    expect(await world.files.stateOf(document)).toBe('present')
  })

  it('is refused while a dossier points at it, and for a version that is no longer', async () => {
    const id = await cleaned()
    const stale = await call('deleteDocument', { of: id, headers: { 'if-match': '"1"' } })
    expect([stale.status, codeOf(stale)]).toEqual([412, 'version-conflict'])
    await world.bind((await world.store.find(id)) as Document, 'REF-LAN', 'DOSSIER1')
    const answer = await call('deleteDocument', { of: id })
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ code: 'document-in-use', dossier: 'DOSSIER1' })
    expect((await call('getDocument', { of: id })).body).toMatchObject({ boundTo: ['DOSSIER1'] })
  })
})

describe('whatever is sent', () => {
  it('is answered with a problem that is the caller’s, never with a fault of ours', async () => {
    const { id } = await made()
    const value = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(1e300, -1, ' \0', 'a'.repeat(70_000)),
    )
    const field = fc.constantFrom(...Object.keys(declared), '__proto__', 'x')
    const bodies = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.dictionary(field, value).map((change) => JSON.stringify({ ...declared, ...change })),
    )
    const ids = fc.oneof(
      fc.constant(id),
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constant('../head'),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...documentContracts), bodies, ids, async (contract, raw, of) => {
        if (contract.id === 'deleteDocument' && of === id) return
        const answer = await call(contract.id, contract.path.includes('{id}') ? { raw, of } : { raw })
        expect(answer.status).toBeLessThan(500)
        if (answer.status >= 400) expect(answer.body).toMatchObject({ code: expect.any(String) })
      }),
      { numRuns: 600 },
    )
  })

  it('leaves no file name in the log', () => {
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.join('\n')).not.toContain('.pdf')
  })
})
