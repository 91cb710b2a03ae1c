import { connect } from 'node:net'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { type FrontDoor, openFrontDoor, PortTaken } from '../../../infra/local/front-door.ts'
import { FunctionTimedOut, type LoadedFunction } from '../../../infra/local/functions.ts'
import { createGateway } from '../../../infra/local/gateway.ts'
import type { Contract } from '../../../shared/contract.ts'

let door: FrontDoor
let url: string
let seen: APIGatewayProxyEventV2[]
let errors: unknown[]
let answer: (event: APIGatewayProxyEventV2) => unknown

const contract = (method: Contract['method'], path: Contract['path']): Contract => ({
  id: `${method} ${path}`,
  method,
  path,
  auth: 'public',
  tag: 'test',
  summary: { vi: 'x', en: 'x' },
  response: { status: 200, schema: z.unknown() },
  errors: [],
  idempotent: false,
})

const loaded = (name: string, contracts: Contract[], isDefault = false): LoadedFunction => ({
  entry: {
    name,
    file: '',
    trigger: { kind: 'http', contracts, ...(isDefault ? { isDefault } : {}) },
    timeoutSeconds: 10,
    memoryMb: 256,
  },
  invoke: async (event) => {
    seen.push(event as APIGatewayProxyEventV2)
    return answer(event as APIGatewayProxyEventV2)
  },
})

beforeAll(async () => {
  door = await openFrontDoor('127.0.0.1', 0)
  url = `http://127.0.0.1:${door.port}`
  expect((await fetch(url)).status).toBe(503)
  door.open(
    createGateway({
      functions: [
        loaded('things', [
          contract('GET', '/v1/things/{id}'),
          contract('GET', '/v1/things/mine'),
          contract('POST', '/v1/things'),
          contract('GET', '/v1/things/{id}/parts/{part}'),
        ]),
        loaded('default', [contract('GET', '/v1/health')], true),
      ],
      origins: ['https://portal.example'],
      clock: { now: () => Date.parse('2026-11-21T09:05:00+07:00') },
      aside: async () => false,
      onError: (error) => errors.push(error),
    }),
  )
})
afterAll(() => door.close())
beforeEach(() => {
  seen = []
  errors = []
  answer = () => ({ statusCode: 200, headers: { 'x-a': 'b' }, body: '{}' })
})
const last = (): APIGatewayProxyEventV2 => {
  const event = seen.at(-1)
  if (!event) throw new Error('no function was asked')
  return event
}

/** Sends bytes as they are and reads what comes until the other side closes or falls silent. */
const raw = (bytes: string | Buffer, quietMs = 300): Promise<string> =>
  new Promise((resolve) => {
    let answered = ''
    const socket = connect(door.port, '127.0.0.1', () => socket.write(bytes))
    socket.setTimeout(quietMs, () => socket.destroy())
    socket.on('data', (chunk) => {
      answered += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(answered))
  })

describe('routes', () => {
  it.each([
    ['GET', '/v1/things/mine', 'GET /v1/things/mine', undefined],
    ['GET', '/v1/things/7', 'GET /v1/things/{id}', { id: '7' }],
    ['GET', '/v1/things/a%2Fb%20%C4%91', 'GET /v1/things/{id}', { id: 'a/b đ' }],
    ['GET', '/v1/things/7/parts/8', 'GET /v1/things/{id}/parts/{part}', { id: '7', part: '8' }],
    ['POST', '/v1/things', 'POST /v1/things', undefined],
    ['DELETE', '/v1/things/7', '$default', undefined],
    ['GET', '/v1/things/', '$default', undefined],
    ['GET', '/v1/things/%ff', '$default', undefined],
    ['GET', '/v1/things/%', '$default', undefined],
    ['GET', '//v1/things/7', '$default', undefined],
    ['GET', '/V1/things/7', '$default', undefined],
    ['GET', '/v1/health', 'GET /v1/health', undefined],
  ])('%s %s goes to %s', async (method, path, routeKey, params) => {
    await raw(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect(last().routeKey).toBe(routeKey)
    expect(last().pathParameters).toEqual(params)
  })

  it('gives the same parameter that was written into the path', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 50 }), async (id) => {
        fc.pre(id.isWellFormed() && id !== 'mine' && id !== '.' && id !== '..')
        await fetch(`${url}/v1/things/${encodeURIComponent(id)}`)
        expect(last().pathParameters).toEqual({ id })
      }),
      { numRuns: 100 },
    )
  })
})

describe('the event', () => {
  it('joins headers and query values given twice, and takes cookies apart', async () => {
    await raw(
      'GET /v1/things/7?a=1&a=2&b=%C4%91 HTTP/1.1\r\nHost: x\r\nX-Two: one\r\nx-two: two\r\nCookie: a=1; b=2\r\nConnection: close\r\n\r\n',
    )
    expect(last()).toMatchObject({
      version: '2.0',
      rawPath: '/v1/things/7',
      rawQueryString: 'a=1&a=2&b=%C4%91',
      queryStringParameters: { a: '1,2', b: 'đ' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-two': 'one,two' },
      requestContext: { http: { method: 'GET', sourceIp: '127.0.0.1' } },
      isBase64Encoded: false,
    })
    expect(last().headers).not.toHaveProperty('cookie')
  })

  it('never believes a header about where the caller is', async () => {
    await fetch(`${url}/v1/things/7`, { headers: { 'x-forwarded-for': '9.9.9.9' } })
    expect(last().requestContext.http.sourceIp).toBe('127.0.0.1')
  })

  it.each([
    ['application/json', Buffer.from('{"a":"đ"}'), false],
    ['application/merge-patch+json', Buffer.from('{}'), false],
    ['application/json', Buffer.from([0xff, 0xfe]), true],
    ['application/octet-stream', Buffer.from('abc'), true],
  ])('carries a body of %s so that no byte is lost', async (type, body, isBase64Encoded) => {
    await fetch(`${url}/v1/things`, { method: 'POST', body, headers: { 'content-type': type } })
    expect(last().isBase64Encoded).toBe(isBase64Encoded)
    expect(Buffer.from(last().body ?? '', isBase64Encoded ? 'base64' : 'utf8')).toEqual(body)
  })
})

describe('the answer', () => {
  it('is what the function said', async () => {
    answer = () => ({
      statusCode: 201,
      headers: { 'X-A': 'b', 'Content-Type': 'text/plain' },
      body: 'đúng',
      cookies: ['a=1', 'b=2'],
    })
    const response = await fetch(`${url}/v1/things`, { method: 'POST' })
    expect(response.status).toBe(201)
    expect(await response.text()).toBe('đúng')
    expect(response.headers.get('x-a')).toBe('b')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('is API Gateway’s own where the function has none', async () => {
    const cases: [() => unknown, number, string][] = [
      [
        () => {
          throw new FunctionTimedOut('x')
        },
        503,
        'Service Unavailable',
      ],
      [
        () => {
          throw new Error('broken')
        },
        500,
        'Internal Server Error',
      ],
      [() => ({ statusCode: 200, headers: { 'x-a': 'a\r\nb: c' } }), 500, 'Internal Server Error'],
      [() => ({ statusCode: 20 }), 500, 'Internal Server Error'],
      [() => ({ statusCode: 200, body: 'x'.repeat(7_000_000) }), 500, 'Internal Server Error'],
    ]
    for (const [says, status, message] of cases) {
      answer = says
      const response = await fetch(`${url}/v1/things/1`)
      expect([response.status, await response.json()]).toEqual([status, { message }])
    }
    expect(errors).toHaveLength(cases.length)
  })

  it('to a body over ten megabytes, or a payload over six, is 413 before any function', async () => {
    for (const size of [11_000_000, 7_000_000]) {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`${url}/v1/things`, { method: 'POST', body: 'x'.repeat(size), headers })
      expect([response.status, await response.json()]).toEqual([413, { message: 'Request Too Large' }])
    }
    expect(seen).toEqual([])
    const fits = { method: 'POST', body: 'x'.repeat(5_000_000), headers: { 'content-type': 'text/plain' } }
    expect((await fetch(`${url}/v1/things`, fits)).status).toBe(200)
  })

  it('to headers over ten kilobytes is 431', async () => {
    for (const size of [10_300, 20_000])
      expect((await fetch(`${url}/v1/things/1`, { headers: { 'x-a': 'x'.repeat(size) } })).status).toBe(431)
    expect(await raw(`GET /${'x'.repeat(12_000)} HTTP/1.1\r\nhost: x\r\n\r\n`)).toMatch(/^HTTP\/1.1 431/)
  })
})

describe('CORS', () => {
  const preflight = (origin: string) =>
    fetch(`${url}/v1/things`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    })

  it('lets the province’s pages and those of this machine in, and no other', async () => {
    for (const origin of ['https://portal.example', 'http://localhost:5173', 'http://127.0.0.1:80']) {
      const response = await preflight(origin)
      expect(response.status).toBe(204)
      expect(response.headers.get('access-control-allow-origin')).toBe(origin)
      expect(response.headers.get('access-control-allow-headers')).toContain('Idempotency-Key')
    }
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null'])
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull()
    expect(seen).toEqual([])
    const response = await fetch(`${url}/v1/things/1`, { headers: { origin: 'https://portal.example' } })
    expect(response.headers.get('access-control-expose-headers')).toBe(
      'ETag, Idempotent-Replayed, Retry-After',
    )
  })
})

describe('hostile requests', () => {
  const lines = [
    'GET http://[::1 HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET http://user:pw@evil.example/v1/things/1 HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET /v1/things/%00 HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET \\..\\.. HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET /../../etc/passwd HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET ? HTTP/1.1\r\nhost: x\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
    'CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
    'BREW /v1/things HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /\r\n\r\n',
    '\r\n\r\n\r\n',
    'POST /v1/things HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /v1/things HTTP/1.1\r\nhost: x\r\ncontent-length: 999\r\n\r\nunfinished',
    'POST /v1/things HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    'GET /v1/things/1 HTTP/1.1\r\nhost: x\r\n__proto__: a\r\nconstructor: b\r\n\r\n',
    'GET /v1/things/1?__proto__=1&constructor=2&%=3 HTTP/1.1\r\nhost: x\r\n\r\n',
  ]
  it.each(lines)('%j neither crashes it nor causes a 5xx', async (bytes) => {
    expect(await raw(bytes)).not.toMatch(/^HTTP\/1\.1 5/)
    expect((await fetch(`${url}/v1/health`)).status).toBe(200)
    expect(errors).toEqual([])
  })

  it('survives arbitrary bytes and arbitrary request lines', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
      fc
        .tuple(fc.constantFrom('GET', 'POST', 'PATCH'), fc.string({ unit: 'binary', maxLength: 80 }))
        .map(([method, path]) => Buffer.from(`${method} /${path} HTTP/1.1\r\nhost: x\r\n\r\n`)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        expect(await raw(sent, 60)).not.toMatch(/^HTTP\/1\.1 5/)
      }),
      { numRuns: 100 },
    )
    expect(errors).toEqual([])
    expect((await fetch(`${url}/v1/health`)).status).toBe(200)
  })
})

it('says which port is taken', async () => {
  await expect(openFrontDoor('127.0.0.1', door.port)).rejects.toThrow(PortTaken)
})
