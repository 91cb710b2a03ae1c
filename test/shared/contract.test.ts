import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { contracts } from '../../functions/entries.ts'
import { type Contract, defineContract, errorsOf, idText, pageOf, pageQuery } from '../../shared/contract.ts'
import { errorKinds } from '../../shared/errors.ts'

const plain = {
  id: 'readNote',
  method: 'GET',
  path: '/v1/notes',
  auth: 'public',
  tag: 'notes',
  summary: { vi: 'Đọc', en: 'Read' },
  response: { status: 200, schema: z.null() },
  errors: [],
  idempotent: false,
} as const satisfies Contract

describe('a contract', () => {
  const id = z.object({ id: z.string() })
  it.each([
    ['a POST without a key', { method: 'POST' }, 'idempotency key'],
    ['a PUT without a key', { method: 'PUT' }, 'idempotency key'],
    ['a GET with a key', { idempotent: true }, 'idempotency key'],
    ['a PATCH with a key', { method: 'PATCH', idempotent: true }, 'idempotency key'],
    ['a DELETE with a key', { method: 'DELETE', idempotent: true }, 'idempotency key'],
    ['a place without a name', { path: '/v1/{id}' }, 'path and params'],
    ['a name without a place', { params: id }, 'path and params'],
    ['another name', { path: '/v1/{code}', params: id }, 'path and params'],
  ] as const)('%s is refused', (_, changed, why) => {
    const made = () => defineContract({ ...plain, ...changed } as Contract)
    expect(made).toThrow(why)
    expect(made).toThrow('readNote')
  })

  it.each([
    ['a GET', {}],
    ['a POST with a key', { method: 'POST', idempotent: true }],
    ['a webhook, which has no key', { method: 'POST', tag: 'webhooks' }],
    ['a path with a place', { path: '/v1/{id}', params: id }],
  ] as const)('%s is taken as it is', (_, changed) => {
    const contract = { ...plain, ...changed } as Contract
    expect(defineContract(contract)).toBe(contract)
  })
})

describe('the errors of a contract', () => {
  const always = ['preview-not-supported', 'invalid-request']
  it.each([
    ['public', {}, []],
    ['with a token', { auth: ['citizen'] }, ['unauthenticated', 'forbidden']],
    ['with a body', { body: z.null() }, ['malformed-request', 'payload-too-large', 'unsupported-media-type']],
    ['with a key', { idempotent: true }, ['idempotency-key-required', 'idempotency-key-reused']],
    ['of its own', { errors: ['not-found', 'invalid-request'] }, ['not-found']],
  ] as const)('%s', (_, changed, codes) => {
    const errors = errorsOf({ ...plain, ...changed } as Contract)
    expect(errors.toSorted()).toEqual([...always, ...codes].toSorted())
  })
})

describe('every contract there is', () => {
  it('has an id and a route of its own', () => {
    expect(contracts.length).toBeGreaterThan(10)
    expect(new Set(contracts.map(({ id }) => id)).size).toBe(contracts.length)
    const routes = contracts.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, '{}')}`)
    expect(new Set(routes).size).toBe(routes.length)
  })

  it.each(contracts)('$id keeps the rules and declares errors that exist', (contract) => {
    expect(defineContract(contract)).toBe(contract)
    for (const code of errorsOf(contract)) expect(Object.keys(errorKinds)).toContain(code)
    expect(contract.summary.vi).toBeTruthy()
    expect(contract.summary.en).toBeTruthy()
  })
})

describe('a page', () => {
  it.each([
    [{}, { limit: 20 }],
    [{ limit: '1' }, { limit: 1 }],
    [
      { limit: '100', cursor: 'x' },
      { limit: 100, cursor: 'x' },
    ],
  ])('%j', (query, parsed) => {
    expect(pageQuery.parse(query)).toEqual(parsed)
  })
  it.each([
    { limit: '0' },
    { limit: '101' },
    { limit: '1.5' },
    { limit: 'ten' },
    { limit: '' },
    { cursor: '' },
    { cursor: 'x'.repeat(2_001) },
    { page: '2' },
  ])('%j is refused', (query) => {
    expect(pageQuery.safeParse(query).success).toBe(false)
  })
  it('says where the next one starts, or null', () => {
    const page = pageOf(z.string())
    expect(page.safeParse({ items: ['a'], nextCursor: null }).success).toBe(true)
    expect(page.safeParse({ items: [1], nextCursor: null }).success).toBe(false)
    expect(page.safeParse({ items: [] }).success).toBe(false)
  })
})

it.each(['a', 'A-1_x.y:z', 'x'.repeat(64)])('%s is an id', (id) => expect(idText.parse(id)).toBe(id))
it.each(['', 'a b', 'a/b', 'a#b', 'ệ', 'a\n', 'x'.repeat(65)])('%j is no id', (id) =>
  expect(idText.safeParse(id).success).toBe(false),
)
