import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { runs } from '../kit/runs.ts'
import { good, type NoteBehaviours, noteContracts, noteOffice, type Sent } from './api-request.ts'

const names = Object.keys(good) as (keyof NoteBehaviours)[]
const without = (headers: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([header]) => header !== name))

describe('a good request', () => {
  it.each(names)('%s reaches its behaviour', async (name) => {
    const office = noteOffice()
    const answer = await office.call(good[name])
    expect(answer.status).toBe(noteContracts.find(({ id }) => id === name)?.response.status)
    expect(office.seen).toHaveLength(1)
    expect(answer.headers).toMatchObject({ 'x-request-id': 'request-1', 'x-content-type-options': 'nosniff' })
  })

  it('is handed over parsed, with its defaults, the caller and the command', async () => {
    const office = noteOffice()
    await office.call({
      ...good.writeNote,
      headers: { ...good.writeNote.headers, 'if-match': '"7"' },
      body: '{"text":"Xin chào"}',
    })
    const hex = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(office.seen[0]).toMatchObject({
      caller: { actor: 'citizen', ref: 'ref-1' },
      params: {},
      query: {},
      body: { text: 'Xin chào', tags: [] },
      command: {
        scope: hex('["https://sso.example","subject-1","POST","/v1/notes","key-1"]'),
        // Of what was sent, without the defaults: a default may change in a later release.
        body: hex('{"text":"Xin chào"}'),
      },
      ifMatch: 7,
      sourceIp: '203.0.113.9',
      requestId: 'request-1',
    })
    await office.call({ ...good.listNotes, query: 'limit=5' })
    expect(office.seen[1]).toMatchObject({ caller: null, query: { limit: 5 }, command: undefined })
  })

  it('may leave out a body that is optional, and the type with it', async () => {
    const office = noteOffice()
    expect((await office.call(good.closeNote)).status).toBe(200)
    expect(office.seen[0]).toMatchObject({ body: undefined })
    const empty = { ...good.writeNote, body: '' }
    expect((await office.call(empty)).json).toMatchObject({ status: 400, code: 'malformed-request' })
  })

  it('is another command on another path, with another key and for another person only', async () => {
    const office = noteOffice()
    const close = (id: string, key: string) =>
      office.call({
        ...good.closeNote,
        params: { id },
        headers: { ...good.closeNote.headers, 'idempotency-key': key },
      })
    await close('n1', 'k')
    await close('n1', 'k')
    await close('n2', 'k')
    await close('n1', 'k2')
    const scopes = office.seen.map((request) => (request as { command: { scope: string } }).command.scope)
    expect(scopes[0]).toBe(scopes[1])
    expect(new Set(scopes).size).toBe(3)
  })
})

describe('the answer', () => {
  it('holds nothing that the contract does not name, at any depth', async () => {
    const extra = { personalId: '037090000001', inner: { name: 'Nguyễn Thị Ánh' } }
    const note = { id: 'n1', version: 3, text: 't', tags: [], ...extra }
    const office = noteOffice({
      writeNote: async () => ({ body: note, replayed: false }),
      changeNote: async () => ({ note, hint: 'h', ...extra }) as never,
      listNotes: async () => ({ items: [note, note], ...extra }) as never,
    })
    const bare = { id: 'n1', version: 3, text: 't', tags: [] }
    expect((await office.call(good.writeNote)).json).toEqual(bare)
    expect((await office.call(good.changeNote)).json).toEqual({ note: bare, hint: 'h' })
    expect((await office.call(good.listNotes)).json).toEqual({ items: [bare, bare] })
  })

  it('that the contract does not allow is a fault of ours, and not shown', async () => {
    const office = noteOffice({ listNotes: async () => ({ items: [{ id: 37090000001 }] }) as never })
    const answer = await office.call(good.listNotes)
    expect(answer.json).toMatchObject({ status: 500, code: 'internal' })
    expect(answer.text).not.toContain('37090000001')
  })

  it('carries the version as ETag, also from the named member', async () => {
    const office = noteOffice()
    expect((await office.call(good.writeNote)).headers.etag).toBe('"3"')
    expect((await office.call(good.changeNote)).headers.etag).toBe('"3"')
    expect((await office.call(good.closeNote)).headers).not.toHaveProperty('etag')
  })

  it('says when it is the recorded one', async () => {
    const body = { id: 'n1', version: 1, text: 't', tags: [] }
    const repeated = noteOffice({ writeNote: async () => ({ body, replayed: true }) })
    const answer = await repeated.call(good.writeNote)
    expect(answer.headers['idempotent-replayed']).toBe('true')
    expect(answer.json).toEqual(body)
    expect((await noteOffice().call(good.writeNote)).headers).not.toHaveProperty('idempotent-replayed')
  })

  it('204 has no body', async () => {
    expect(await noteOffice().call(good.dropNote)).toMatchObject({ status: 204, text: '' })
    expect((await noteOffice().call(good.dropNote)).headers).not.toHaveProperty('content-type')
  })

  it('of another type is sent as it is', async () => {
    const answer = await noteOffice().call(good.showPage)
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(answer.text).toBe('<p>Xin chào</p>')
  })

  it('is cached only where the contract says so', async () => {
    const office = noteOffice()
    expect((await office.call(good.listNotes)).headers['cache-control']).toBe('public, max-age=60')
    for (const name of names.filter((other) => other !== 'listNotes'))
      expect((await office.call(good[name])).headers['cache-control']).toBe('no-store')
    const refused = await office.call({ ...good.listNotes, query: 'limit=0' })
    expect(refused.headers['cache-control']).toBe('no-store')
  })
})

describe('a refusal', () => {
  const { writeNote, changeNote, dropNote, listNotes } = good
  const header = (sent: Sent, more: Record<string, string>): Sent => ({
    ...sent,
    headers: { ...sent.headers, ...more },
  })
  const cases: [string, Sent, number, string, object?][] = [
    ['an unknown route', { route: '$default' }, 404, 'not-found'],
    ['no token', { ...dropNote, headers: {} }, 401, 'unauthenticated'],
    ['another token', header(dropNote, { authorization: 'Basic x' }), 401, 'unauthenticated'],
    ['another actor', header(dropNote, { authorization: 'Bearer operator' }), 403, 'forbidden'],
    ['a preview', header(dropNote, { prefer: 'preview' }), 400, 'preview-not-supported'],
    ['a preview among others', header(dropNote, { prefer: 'wait=3, Preview' }), 400, 'preview-not-supported'],
    [
      'no key',
      { ...writeNote, headers: without(writeNote.headers, 'idempotency-key') },
      400,
      'idempotency-key-required',
    ],
    ['an empty key', header(writeNote, { 'idempotency-key': '' }), 400, 'idempotency-key-required'],
    [
      'a long key',
      header(writeNote, { 'idempotency-key': 'k'.repeat(129) }),
      400,
      'idempotency-key-required',
    ],
    ['an unprintable key', header(writeNote, { 'idempotency-key': 'a\tb' }), 400, 'idempotency-key-required'],
    [
      'a key in Vietnamese',
      header(writeNote, { 'idempotency-key': 'khóa' }),
      400,
      'idempotency-key-required',
    ],
    [
      'no type',
      { ...writeNote, headers: without(writeNote.headers, 'content-type') },
      415,
      'unsupported-media-type',
    ],
    ['a form', header(writeNote, { 'content-type': 'multipart/form-data' }), 415, 'unsupported-media-type'],
    [
      'a merge patch where none belongs',
      header(writeNote, { 'content-type': 'application/merge-patch+json' }),
      415,
      'unsupported-media-type',
    ],
    ['no JSON', { ...writeNote, body: '{"text":' }, 400, 'malformed-request'],
    ['no UTF-8', { ...writeNote, body: '//79', base64: true }, 400, 'malformed-request'],
    [
      'a member nobody knows',
      { ...writeNote, body: '{"text":"t","secret":1}' },
      422,
      'invalid-request',
      { code: 'unknown-field', pointer: '#/secret' },
    ],
    [
      'a missing member',
      { ...writeNote, body: '{}' },
      422,
      'invalid-request',
      { code: 'required', pointer: '#/text' },
    ],
    [
      'a wrong type inside',
      { ...writeNote, body: '{"text":"t","tags":["a",2]}' },
      422,
      'invalid-request',
      { code: 'wrong-type', pointer: '#/tags/1' },
    ],
    ['a body that is null', { ...writeNote, body: 'null' }, 422, 'invalid-request', { pointer: '#' }],
    [
      'a query member nobody knows',
      { ...listNotes, query: 'page=2' },
      422,
      'invalid-request',
      { code: 'unknown-field', parameter: 'page' },
    ],
    [
      'a query out of range',
      { ...listNotes, query: 'limit=101' },
      422,
      'invalid-request',
      { code: 'too-big', parameter: 'limit' },
    ],
    [
      'a name twice in the query',
      { ...listNotes, query: 'limit=1&limit=2' },
      422,
      'invalid-request',
      { code: 'duplicate', parameter: 'limit' },
    ],
    [
      'a name twice where no query belongs',
      { ...dropNote, query: 'a=1&%61=2' },
      422,
      'invalid-request',
      { code: 'duplicate', parameter: 'a' },
    ],
    [
      'a path nobody has',
      { ...dropNote, params: { id: 'x'.repeat(41) } },
      422,
      'invalid-request',
      { code: 'too-long', parameter: 'id' },
    ],
    [
      'a version nobody can read',
      header(changeNote, { 'if-match': '"abc"' }),
      422,
      'invalid-request',
      { code: 'bad-format', parameter: 'If-Match' },
    ],
  ]

  it.each(cases)('%s', async (_, sent, status, code, field) => {
    for (const language of ['vi', 'en'] as const) {
      const office = noteOffice()
      const headers = { ...sent.headers, 'accept-language': language }
      const answer = await office.call({ ...sent, headers })
      expect(answer.status).toBe(status)
      expect(answer.json).toMatchObject({
        type: `https://motcua.vn/problems/${code}`,
        status,
        code,
        instance: 'urn:motcua:request:request-1',
        ...(field ? { errors: [field] } : {}),
      })
      expect(answer.text).not.toMatch(/\{\w+\}|undefined|\[object/)
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json; charset=utf-8',
        'content-language': language,
        'cache-control': 'no-store',
        'x-request-id': 'request-1',
      })
      expect(answer.headers['www-authenticate']).toBe(status === 401 ? 'Bearer' : undefined)
      expect(office.seen).toEqual([])
    }
  })

  it('of a behaviour is told as it was meant', async () => {
    const conflict = new AppError('idempotency-in-progress', { retryAfter: 5 })
    const reused = new AppError('idempotency-key-reused', {
      params: { existing: 'n9' },
      extensions: { existing: 'n9' },
    })
    const refuse = (error: AppError) =>
      noteOffice({ writeNote: () => Promise.reject(error) }).call(good.writeNote)
    expect(await refuse(conflict)).toMatchObject({ status: 409, headers: { 'retry-after': '5' } })
    const answer = await refuse(reused)
    expect(answer.json).toMatchObject({ status: 422, existing: 'n9' })
    expect(answer.json.detail).toContain('n9')
    expect(answer.headers).not.toHaveProperty('retry-after')
  })
})

describe('something unknown that is thrown', () => {
  const secret = 'Nguyễn Thị Ánh 037090000001'
  const typed = Object.assign(new TypeError(`${secret}\n    at ${secret}`), { detail: secret })
  const things: [string, unknown][] = [
    ['an error', typed],
    ['an error with a cause', new Error(secret, { cause: typed })],
    [
      'an error with a status of its own',
      Object.assign(new Error(secret), { statusCode: 418, expose: true }),
    ],
    ['a text', secret],
    ['an object', { statusCode: 200, body: secret, message: secret }],
    ['nothing', undefined],
    ['null', null],
    ['an error of the caller told by a service', Object.assign(new Error(secret), { $fault: 'client' })],
  ]

  it.each(things)('%s: 500 with the request id and nothing else', async (_, thrown) => {
    const office = noteOffice({ showPage: () => Promise.reject(thrown) })
    const answer = await office.call(good.showPage)
    expect(answer.status).toBe(500)
    expect(Object.keys(answer.json).toSorted()).toEqual([
      'code',
      'detail',
      'instance',
      'status',
      'title',
      'type',
    ])
    expect(answer.json.detail).toContain('request-1')
    expect(answer.text).not.toMatch(/Nguyễn|0370|TypeError|\bat \//)
    expect(office.lines.join('\n')).not.toMatch(/Nguyễn|0370/)
    expect(office.lines.join('\n')).toContain('"code":"internal"')
  })

  it('synchronously too', async () => {
    const office = noteOffice({
      showPage: () => {
        throw new Error(secret)
      },
    })
    expect((await office.call(good.showPage)).status).toBe(500)
  })
})

describe('a service behind us that is down', () => {
  const named = (name: string) => Object.assign(new Error('x'), { name })
  const coded = (code: string) => Object.assign(new Error('x'), { code })
  it.each([
    ['its own fault', Object.assign(new Error('x'), { $fault: 'server' })],
    ['throttling', named('ThrottlingException')],
    ['throughput', named('ProvisionedThroughputExceededException')],
    ['too many requests', named('RequestLimitExceeded')],
    ['slow down', named('SlowDown')],
    ['a conflict', named('TransactionConflictException')],
    ['a cancelled transaction', named('TransactionCanceledException')],
    ['a timeout', named('TimeoutError')],
    ['the key service', named('KMSInternalException')],
    ['a reset', coded('ECONNRESET')],
    ['a refusal', coded('ECONNREFUSED')],
    ['a broken pipe', coded('EPIPE')],
    ['no such host', coded('ENOTFOUND')],
    ['no answer of the name service', coded('EAI_AGAIN')],
    ['no way there', coded('EHOSTUNREACH')],
  ])('%s: 503, and when to come again', async (_, error) => {
    const office = noteOffice({ showPage: () => Promise.reject(error) })
    const answer = await office.call(good.showPage)
    expect(answer.json).toMatchObject({ status: 503, code: 'unavailable' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('says when to come again also when nobody said', async () => {
    const office = noteOffice({ showPage: () => Promise.reject(new AppError('unavailable')) })
    expect((await office.call(good.showPage)).headers['retry-after']).toBe('2')
  })
})

it('a webhook reaches its behaviour with whatever the provider sends, the query undecoded', async () => {
  const answer = await noteOffice().call({
    ...good.hearProvider,
    query: 'a=1&a=%31&__proto__=x&%00',
    headers: { prefer: 'preview', 'if-match': 'x' },
    body: '{',
  })
  expect(answer).toMatchObject({ status: 200, text: 'a=1&a=%31&__proto__=x&%00' })
})

describe('any request at all', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  const headers = fc.dictionary(
    fc.constantFrom(
      'authorization',
      'content-type',
      'idempotency-key',
      'if-match',
      'prefer',
      'accept-language',
      'x-anything',
    ),
    fc.oneof(text, fc.constantFrom('Bearer citizen', 'application/json', '"1"', 'en')),
  )
  const sent: fc.Arbitrary<Sent> = fc.record(
    {
      route: fc.constantFrom(...Object.values(good).map(({ route }) => route), '$default'),
      params: fc.dictionary(fc.constantFrom('id', '__proto__', 'x'), text),
      query: fc.oneof(text, fc.webQueryParameters()),
      headers,
      body: fc.oneof(text, fc.json({ maxDepth: 3 })),
      base64: fc.boolean(),
    },
    { requiredKeys: ['route'] },
  )

  it('gets an answer below 500, and every refusal is a problem document', async () => {
    const office = noteOffice()
    await fc.assert(
      fc.asyncProperty(sent, async (request) => {
        const answer = await office.call(request)
        expect(answer.status).toBeLessThan(500)
        if (answer.status < 400) return
        expect(answer.json.status).toBe(answer.status)
        expect(answer.json.detail.length).toBeGreaterThan(10)
        for (const error of answer.json.errors ?? []) {
          expect(error.message).toBeTruthy()
          expect(error.pointer ?? error.parameter).toBeDefined()
        }
      }),
      { numRuns: runs(400) },
    )
  })
})

it('what a request says of a person is not logged', async () => {
  const office = noteOffice()
  for (const name of names) await office.call(good[name])
  await office.call({ ...good.writeNote, body: '{"text":"Xin chào","Nguyễn":1}' })
  expect(office.lines.length).toBe(names.length + 1)
  expect(office.lines.join('\n')).not.toMatch(/Xin chào|Nguyễn|0370|Bearer/)
})
