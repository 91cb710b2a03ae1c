import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { notificationContracts } from '../../../functions/notification/contract.ts'
import { reading } from '../../../functions/notification/use-cases.ts'
import type { Caller } from '../../../shared/contract.ts'
import { AppError } from '../../../shared/errors.ts'
import { serve } from '../../../shared/http.ts'
import { createMemoryStore } from './memory-store.ts'

const callers: Record<string, Caller> = {
  anh: {
    ...{ actor: 'citizen', issuer: 'i', subject: 'anh', name: 'Nguyễn Thị Ánh', ref: 'ref-anh', loa: 2 },
    personalId: '037090001234',
  },
  binh: {
    ...{ actor: 'citizen', issuer: 'i', subject: 'binh', name: 'Trần Bình', ref: 'ref-binh', loa: 2 },
    personalId: '037090001235',
  },
  officer: {
    actor: 'officer',
    issuer: 'i',
    subject: 'o',
    name: 'Cán bộ',
    agency: 'H40',
    roles: ['receiver'],
  },
  portal: { actor: 'portal', issuer: 'i', subject: 'p', name: 'Cổng', portalId: 'npsp' },
  operator: { actor: 'operator', issuer: 'i', subject: 'op', name: 'Vận hành' },
}

interface Ask {
  as?: string
  key?: string
  ifMatch?: string
  query?: string
  body?: unknown
}

const createApi = () => {
  const store = createMemoryStore()
  const my = reading({ inbox: store, preferences: store })
  const handler = serve(
    notificationContracts,
    {
      listNotifications: my.list,
      getNotificationPreferences: my.preferences,
      putNotificationPreferences: my.choose,
    },
    {
      authenticate: async (authorization) => {
        const caller = callers[authorization ?? '']
        if (!caller) throw new AppError('unauthenticated')
        return caller
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    },
  )
  const ask = async (routeKey: string, { as = 'anh', key, ifMatch, query = '', body }: Ask = {}) => {
    const event = {
      routeKey,
      rawQueryString: query,
      headers: {
        authorization: as,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      isBase64Encoded: false,
      requestContext: { requestId: 'r1', http: { sourceIp: '127.0.0.1' } },
    } as unknown as APIGatewayProxyEventV2
    const result = await handler(event, {} as Context)
    return {
      status: result.statusCode,
      headers: result.headers ?? {},
      body: JSON.parse(result.body ?? 'null'),
    }
  }
  const tell = async (person: string, id: string, at: number) => {
    const key = {
      id,
      person,
      channel: 'inbox' as const,
      eventId: id,
      eventType: 'vn.motcua.dossier.submitted.v1',
    }
    const both = (text: string) => ({ vi: `${text} (vi)`, en: `${text} (en)` })
    await store.deliverEntry(
      key,
      {
        ...{ id, at, type: key.eventType, title: both(`title ${id}`), text: both(`text ${id}`) },
        ...{ dossierId: 'd1', code: 'c1', link: 'https://example.vn/tra-cuu?ma=c1', readAt: null },
      },
      at,
    )
  }
  return { ask, tell }
}

const noon = Date.parse('2026-11-21T12:00:00.000+07:00')
const list = 'GET /v1/notifications'
const get = 'GET /v1/notifications/preferences'
const put = 'PUT /v1/notifications/preferences'
const english = { language: 'en', email: { enabled: false } }

describe('the inbox over HTTP', () => {
  it('shows the own messages, newest first, page by page', async () => {
    const { ask, tell } = createApi()
    for (const [index, id] of ['a', 'b', 'c'].entries()) await tell('ref-anh', id, noon + index)
    await tell('ref-binh', 'x', noon)
    const first = await ask(list, { query: 'limit=2' })
    expect(first.status).toBe(200)
    expect(first.body.items).toEqual([
      {
        id: 'c',
        type: 'vn.motcua.dossier.submitted.v1',
        at: '2026-11-21T12:00:00.002+07:00',
        title: 'title c (vi)',
        text: 'text c (vi)',
        dossierId: 'd1',
        code: 'c1',
        link: 'https://example.vn/tra-cuu?ma=c1',
        readAt: null,
      },
      expect.objectContaining({ id: 'b' }),
    ])
    const second = await ask(list, { query: `limit=2&cursor=${first.body.nextCursor}` })
    expect(second.body).toMatchObject({ items: [{ id: 'a' }], nextCursor: null })
    const others = await ask(list, { as: 'binh', query: `cursor=${first.body.nextCursor}` })
    expect(others.body.items.map(({ id }: { id: string }) => id)).not.toContain('a')
  })

  it('speaks the language of the preferences', async () => {
    const { ask, tell } = createApi()
    await tell('ref-anh', 'a', noon)
    await ask(put, { key: 'k', body: english })
    expect((await ask(list)).body.items[0].title).toBe('title a (en)')
  })

  it.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=WyJwcmVmZXJlbmNlcyJd', 'person=ref-binh'])(
    'refuses ?%s',
    async (query) => {
      expect(await createApi().ask(list, { query })).toMatchObject({
        status: 422,
        body: { code: 'invalid-request' },
      })
    },
  )
})

describe.each([list, get, put])('%s', (route) => {
  it.each(['officer', 'portal', 'operator'])('is not for the %s', async (as) => {
    expect(await createApi().ask(route, { as, key: 'k', body: english })).toMatchObject({ status: 403 })
  })
  it('is not for strangers', async () => {
    expect(await createApi().ask(route, { as: 'nobody', key: 'k', body: english })).toMatchObject({
      status: 401,
    })
  })
})

describe('preferences over HTTP', () => {
  it('has defaults, with version 0', async () => {
    const { status, headers, body } = await createApi().ask(get)
    expect({ status, body }).toEqual({
      status: 200,
      body: { language: 'vi', email: { enabled: true }, version: 0 },
    })
    expect(headers.ETag).toBe('"0"')
  })

  it('are set, read back at once, and only for the caller', async () => {
    const { ask } = createApi()
    const set = await ask(put, { key: 'k', body: english })
    expect(set).toMatchObject({ status: 200, body: { ...english, version: 1 }, headers: { ETag: '"1"' } })
    expect((await ask(get)).body).toEqual({ ...english, version: 1 })
    expect((await ask(get, { as: 'binh' })).body.version).toBe(0)
  })

  it('answers a repeat as the first time and says so', async () => {
    const { ask } = createApi()
    const first = await ask(put, { key: 'k', ifMatch: '"0"', body: english })
    const again = await ask(put, { key: 'k', ifMatch: '"0"', body: english })
    expect(again.body).toEqual(first.body)
    expect(first.headers['Idempotent-Replayed']).toBeUndefined()
    expect(again.headers['Idempotent-Replayed']).toBe('true')
  })

  it('gives the same key of another citizen no answer of the first', async () => {
    const { ask } = createApi()
    await ask(put, { key: 'k', body: english })
    const other = await ask(put, { as: 'binh', key: 'k', body: { ...english, language: 'vi' } })
    expect(other).toMatchObject({ status: 200, body: { language: 'vi', version: 1 } })
  })

  it('refuses the key for another body', async () => {
    const { ask } = createApi()
    await ask(put, { key: 'k', body: english })
    expect(await ask(put, { key: 'k', body: { ...english, language: 'vi' } })).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused', existing: 'preferences' },
    })
  })

  it('refuses a version that is not the last', async () => {
    const { ask } = createApi()
    await ask(put, { key: 'k', body: english })
    const stale = await ask(put, { key: 'l', ifMatch: '"0"', body: english })
    expect(stale).toMatchObject({ status: 412, body: { code: 'version-conflict' } })
  })

  it('needs a key', async () => {
    expect(await createApi().ask(put, { body: english })).toMatchObject({
      status: 400,
      body: { code: 'idempotency-key-required' },
    })
  })

  it.each([
    [{}, ['#/language', '#/email']],
    [{ language: 'fr', email: { enabled: true } }, ['#/language']],
    [{ language: 'vi', email: { enabled: 'yes' } }, ['#/email/enabled']],
    [{ language: 'vi', email: { enabled: true, address: 'x' } }, ['#/email/address']],
    [{ language: 'vi', email: { enabled: true }, version: 3 }, ['#/version']],
  ])('refuses %j and names the fields', async (body, pointers) => {
    const refused = await createApi().ask(put, { key: 'k', body })
    expect(refused.status).toBe(422)
    expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers)
  })
})
