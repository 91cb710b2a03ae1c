import { describe, expect, expectTypeOf, test } from 'vitest'
import * as z from 'zod'
import { createClient, ProblemError } from '../../shared/client.ts'
import { defineContract, idText } from '../../shared/contract.ts'

const summary = { vi: 'x', en: 'x' }
const patchThing = defineContract({
  id: 'patchThing',
  method: 'PATCH',
  path: '/v1/things/{id}',
  auth: ['citizen'],
  tag: 'a',
  summary,
  params: z.strictObject({ id: idText }),
  body: z.strictObject({ name: z.string() }),
  response: { status: 200, schema: z.object({ name: z.string() }) },
  errors: ['version-conflict'],
  idempotent: false,
  versioned: true,
})
const makeThing = defineContract({
  id: 'makeThing',
  method: 'POST',
  path: '/v1/things',
  auth: ['citizen'],
  tag: 'a',
  summary,
  body: z.strictObject({ name: z.string() }),
  response: { status: 201, schema: z.object({ id: z.string() }) },
  errors: [],
  idempotent: true,
})
const listThings = defineContract({
  id: 'listThings',
  method: 'GET',
  path: '/v1/things',
  auth: 'public',
  tag: 'a',
  summary,
  query: z.strictObject({ q: z.string().optional(), limit: z.coerce.number().default(20) }),
  response: { status: 200, schema: z.object({ items: z.array(z.string()) }) },
  errors: [],
  idempotent: false,
})
const dropThing = defineContract({
  id: 'dropThing',
  method: 'DELETE',
  path: '/v1/things/{id}',
  auth: ['citizen'],
  tag: 'a',
  summary,
  params: z.strictObject({ id: idText }),
  response: { status: 204, schema: z.null() },
  errors: [],
  idempotent: false,
})
const readPage = defineContract({
  id: 'readPage',
  method: 'GET',
  path: '/page',
  auth: 'public',
  tag: 'a',
  summary,
  response: { status: 200, schema: z.string(), contentType: 'text/html' },
  errors: [],
  idempotent: false,
})
const contracts = [patchThing, makeThing, listThings, dropThing, readPage] as const

interface Sent {
  url: string
  method: string
  headers: Record<string, string>
  body: unknown
}

const clientOf = (answer: Response, token?: string) => {
  const sent: Sent[] = []
  const fetch = async (url: unknown, { method, headers, body }: RequestInit = {}) => {
    sent.push({
      url: String(url),
      method: method ?? '',
      headers: headers as Record<string, string>,
      body: body === undefined ? undefined : JSON.parse(String(body)),
    })
    return answer
  }
  const options = { baseUrl: 'https://api.test/', fetch: fetch as typeof globalThis.fetch }
  return { sent, client: createClient(token === undefined ? options : { ...options, token }, contracts) }
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } })

describe('a call', () => {
  test('puts every part of the input in its place', async () => {
    const { client, sent } = clientOf(json(200, { name: 'b', more: 1 }, { ETag: '"4"' }), 'tok')
    const received = await client.patchThing({ params: { id: 'a/b' }, body: { name: 'b' }, ifMatch: 3 })
    expect(sent).toEqual([
      {
        url: 'https://api.test/v1/things/a%2Fb',
        method: 'PATCH',
        headers: { Authorization: 'Bearer tok', 'If-Match': '"3"', 'Content-Type': 'application/json' },
        body: { name: 'b' },
      },
    ])
    expect(received).toEqual({ status: 200, body: { name: 'b' }, etag: 4, replayed: false })
    expectTypeOf(received.body).toEqualTypeOf<{ name: string }>()
  })

  test('writes the query, leaving out what is not given', async () => {
    const { client, sent } = clientOf(json(200, { items: [] }))
    await client.listThings({ query: { q: 'khai sinh & hơn', limit: 5 } })
    expect(new URL(sent[0]?.url ?? '').searchParams.get('q')).toBe('khai sinh & hơn')
    expect(new URL(sent[0]?.url ?? '').searchParams.get('limit')).toBe('5')
    expect(sent[0]?.headers).toEqual({})
  })

  test('needs no input where the contract asks for none', async () => {
    const { client, sent } = clientOf(json(200, { items: ['x'] }))
    await client.listThings()
    expect(sent[0]?.url).toBe('https://api.test/v1/things')
    const again = clientOf(json(200, { items: [] }))
    await again.client.listThings({ query: { q: undefined } })
    expect(again.sent[0]?.url).toBe('https://api.test/v1/things')
  })

  test('sends the key it is given, and otherwise a new one each time', async () => {
    const keys: (string | undefined)[] = []
    for (const key of ['mine', undefined, undefined]) {
      const { client, sent } = clientOf(json(201, { id: '1' }, { 'Idempotent-Replayed': 'true' }), 't')
      const { replayed } = await client.makeThing({
        body: { name: 'x' },
        ...(key === undefined ? {} : { key }),
      })
      expect(replayed).toBe(true)
      keys.push(sent[0]?.headers['Idempotency-Key'])
    }
    expect(keys[0]).toBe('mine')
    expect(keys[1]).toMatch(/^[\x20-\x7e]{1,128}$/)
    expect(keys[1]).not.toBe(keys[2])
  })

  test('reads an empty answer and a page', async () => {
    const gone = clientOf(new Response(null, { status: 204 }), 't')
    expect((await gone.client.dropThing({ params: { id: '1' } })).body).toBeNull()
    const page = clientOf(new Response('<p>', { status: 200, headers: { 'Content-Type': 'text/html' } }))
    expect((await page.client.readPage()).body).toBe('<p>')
  })

  test('is typed by its contract', () => {
    const { client } = clientOf(json(200, {}))
    expectTypeOf(client.makeThing)
      .parameter(0)
      .toExtend<{ body: { name: string }; key?: string } | undefined>()
    // @ts-expect-error a body that the contract does not take
    expectTypeOf(client.makeThing).toBeCallableWith({ body: { nom: 'x' } })
    // @ts-expect-error the id is missing
    expectTypeOf(client.dropThing).toBeCallableWith({})
  })
})

const refused = async (answer: Response): Promise<ProblemError> => {
  const { client } = clientOf(answer)
  const error: unknown = await client.listThings().catch((thrown: unknown) => thrown)
  if (!(error instanceof ProblemError)) throw new Error('nothing was refused')
  return error
}

describe('an answer that is no success', () => {
  test('is thrown with its problem document', async () => {
    const problem = {
      type: 't',
      title: 'T',
      status: 409,
      detail: 'd',
      code: 'invalid-transition',
      instance: 'i',
    }
    const error = await refused(
      json(409, problem, { 'Content-Type': 'application/problem+json; charset=utf-8', 'Retry-After': '2' }),
    )
    expect(error.problem).toEqual(problem)
    expect([error.status, error.retryAfter, error.message]).toEqual([409, 2, '409 invalid-transition: d'])
  })

  test('is thrown too when the gateway answered', async () => {
    const error = await refused(json(429, { message: 'Too Many Requests' }))
    expect([error.status, error.problem.code, error.retryAfter]).toEqual([429, 'gateway', undefined])
    expect(error.problem.detail).toContain('Too Many Requests')
  })

  test('is not taken for one when only the status differs', async () => {
    expect((await refused(json(202, { items: [] }))).status).toBe(202)
  })
})

test('an answer that the contract does not know is not handed on', async () => {
  const { client } = clientOf(json(200, { items: 'many' }))
  await expect(client.listThings()).rejects.toThrow(z.ZodError)
})
