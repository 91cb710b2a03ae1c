import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentContracts } from '../../../functions/document/contract.ts'
import type { Document } from '../../../functions/document/model.ts'
import { type Counter, codeOf, declared, openCounter } from './counter.ts'
import type { Answer } from './requests.ts'
import { bytes } from './world.ts'

let counter: Counter
beforeAll(async () => {
  counter = await openCounter()
})
afterAll(() => counter.stop())

describe('completing an upload', () => {
  it('refuses while the file is not there, and starts the inspection once it is', async () => {
    const ticket = await counter.made()
    const early = await counter.call('completeDocument', {
      of: ticket.id,
      headers: { 'idempotency-key': 'c-1' },
    })
    expect([early.status, codeOf(early)]).toEqual([409, 'upload-missing'])
    await counter.send(ticket, bytes)
    const first = await counter.call('completeDocument', {
      of: ticket.id,
      headers: { 'idempotency-key': 'c-1' },
    })
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
    expect((await counter.call('getDocument', { of: ticket.id })).text).toBe(first.text)
    const repeat = await counter.call('completeDocument', {
      of: ticket.id,
      headers: { 'idempotency-key': 'c-1' },
    })
    expect([repeat.text, repeat.headers['Idempotent-Replayed']]).toEqual([first.text, 'true'])
    const events = await counter.world.events(ticket.id)
    expect(events).toHaveLength(1)
    expect(events[0]?.data).toEqual({ documentId: ticket.id, ownerRef: 'REF-LAN' })
  })

  it('takes an empty object for a body, and tells of the upload once, however many ask', async () => {
    const ticket = await counter.made()
    await counter.send(ticket, bytes)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        counter.call('completeDocument', {
          of: ticket.id,
          body: {},
          headers: { 'idempotency-key': `m-${index % 2}` },
        }),
      ),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]))
    expect(await counter.world.events(ticket.id)).toHaveLength(1)
  })

  it('minds the version the caller saw', async () => {
    const ticket = await counter.made()
    await counter.send(ticket, bytes)
    const stale = await counter.call('completeDocument', { of: ticket.id, headers: { 'if-match': '"7"' } })
    expect([stale.status, codeOf(stale)]).toEqual([412, 'version-conflict'])
    expect(
      (await counter.call('completeDocument', { of: ticket.id, headers: { 'if-match': '"1"' } })).status,
    ).toBe(200)
  })

  it('gives a repeat its first answer although the version it names is past by now', async () => {
    const ticket = await counter.made()
    await counter.send(ticket, bytes)
    const request = { of: ticket.id, headers: { 'if-match': '"1"', 'idempotency-key': 'again' } }
    const first = await counter.call('completeDocument', request)
    const repeat = await counter.call('completeDocument', request)
    expect([first.status, repeat.status, repeat.text]).toEqual([200, 200, first.text])
    expect(repeat.headers['Idempotent-Replayed']).toBe('true')
  })

  it('answers a document as it is when it was completed before', async () => {
    const id = await counter.cleaned()
    const answer = await counter.call('completeDocument', { of: id })
    expect([answer.status, (answer.body as { state: string }).state]).toEqual([200, 'clean'])
  })
})

describe('a document of somebody else', () => {
  it('is as unknown as one that never was', async () => {
    const id = await counter.cleaned()
    for (const contract of [
      'completeDocument',
      'getDocument',
      'getDocumentContent',
      'deleteDocument',
    ] as const)
      for (const as of ['minh', 'officer']) {
        const theirs = await counter.call(contract, { of: id, as })
        const none = await counter.call(contract, { of: 'NEVERWAS', as })
        const plain = (answer: Answer) => answer.text.replace(/request-\d+/g, '')
        expect(theirs.status).toBe(404)
        expect(plain(theirs)).toBe(plain(none))
      }
  })
})

describe('the content', () => {
  it('is a minute-long address of the inspected file, as an attachment under its own name', async () => {
    const id = await counter.cleaned()
    const answer = await counter.call('getDocumentContent', { of: id })
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
    const answer = await counter.call('getDocumentContent', { of: (await counter.made()).id })
    expect([answer.status, codeOf(answer)]).toEqual([409, 'invalid-transition'])
  })
})

describe('deleting', () => {
  it('hides the document and leaves the file', async () => {
    const id = await counter.cleaned()
    const document = (await counter.world.store.find(id)) as Document
    expect(await counter.call('deleteDocument', { of: id })).toMatchObject({ status: 204, text: '' })
    for (const contract of ['getDocument', 'getDocumentContent', 'completeDocument'] as const)
      expect((await counter.call(contract, { of: id })).status).toBe(404)
    expect((await counter.call('deleteDocument', { of: id })).status).toBe(204)
    expect(await counter.world.files.stateOf(document)).toBe('present')
  })

  it('is refused while a dossier points at it, and for a version that is no longer', async () => {
    const id = await counter.cleaned()
    const stale = await counter.call('deleteDocument', { of: id, headers: { 'if-match': '"1"' } })
    expect([stale.status, codeOf(stale)]).toEqual([412, 'version-conflict'])
    await counter.world.bind((await counter.world.store.find(id)) as Document, 'REF-LAN', 'DOSSIER1')
    const answer = await counter.call('deleteDocument', { of: id })
    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ code: 'document-in-use', dossier: 'DOSSIER1' })
    expect((await counter.call('getDocument', { of: id })).body).toMatchObject({ boundTo: ['DOSSIER1'] })
  })
})

describe('whatever is sent', () => {
  it('is answered with a problem that is the caller’s, never with a fault of ours', async () => {
    const { id } = await counter.made()
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
        const answer = await counter.call(contract.id, contract.path.includes('{id}') ? { raw, of } : { raw })
        expect(answer.status).toBeLessThan(500)
        if (answer.status >= 400) expect(answer.body).toMatchObject({ code: expect.any(String) })
      }),
      { numRuns: 600 },
    )
  })

  it('leaves no file name in the log', () => {
    expect(counter.lines.length).toBeGreaterThan(0)
    expect(counter.lines.join('\n')).not.toContain('.pdf')
  })
})
