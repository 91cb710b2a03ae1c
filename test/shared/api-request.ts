import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import * as z from 'zod'
import { type Behaviours, type Caller, type Contract, defineContract } from '../../shared/contract.ts'
import { AppError } from '../../shared/errors.ts'
import { serve } from '../../shared/http.ts'
import { createLog } from '../../shared/log.ts'

export interface Sent {
  route: string
  params?: Record<string, string>
  query?: string
  headers?: Record<string, string>
  body?: string | undefined
  base64?: boolean
}

/** A request as HTTP API hands it to a function (payload format 2.0). */
export const eventOf = ({ route, params, query = '', headers = {}, body, base64 = false }: Sent) =>
  ({
    version: '2.0',
    routeKey: route,
    rawPath: '/',
    rawQueryString: query,
    headers,
    ...(params ? { pathParameters: params } : {}),
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: base64,
    requestContext: { requestId: 'request-1', http: { sourceIp: '203.0.113.9' } },
  }) as unknown as APIGatewayProxyEventV2

const summary = { vi: 'Sổ ghi chép', en: 'Notes' }
const common = { tag: 'notes', summary, errors: [], auth: ['citizen', 'officer'] } as const
const note = z.object({ id: z.string(), version: z.int(), text: z.string(), tags: z.array(z.string()) })
const id = z.object({ id: z.string().max(40) })

/** A contract of each shape that the API has. */
export const noteContracts = [
  defineContract({
    ...common,
    id: 'writeNote',
    method: 'POST',
    path: '/v1/notes',
    body: z.strictObject({
      text: z.string().min(1).max(2_000),
      tags: z.array(z.string()).max(3).default([]),
      more: z.record(z.string(), z.unknown()).optional(),
    }),
    response: { status: 201, schema: note },
    idempotent: true,
    versioned: true,
    bodyLimit: 300 * 1024,
  }),
  defineContract({
    ...common,
    id: 'changeNote',
    method: 'PATCH',
    path: '/v1/notes/{id}',
    params: id,
    body: z.strictObject({ text: z.string() }),
    response: { status: 200, schema: z.object({ note, hint: z.string() }) },
    idempotent: false,
    versioned: 'note',
  }),
  defineContract({
    ...common,
    id: 'dropNote',
    method: 'DELETE',
    path: '/v1/notes/{id}',
    params: id,
    response: { status: 204, schema: z.null() },
    idempotent: false,
  }),
  defineContract({
    ...common,
    id: 'closeNote',
    method: 'POST',
    path: '/v1/notes/{id}/close',
    params: id,
    body: z.strictObject({ why: z.string().optional() }).optional(),
    response: { status: 200, schema: note },
    idempotent: true,
  }),
  defineContract({
    ...common,
    id: 'listNotes',
    auth: 'public',
    method: 'GET',
    path: '/v1/notes',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(20) }),
    response: { status: 200, schema: z.object({ items: z.array(note) }) },
    idempotent: false,
    cacheSeconds: 60,
  }),
  defineContract({
    ...common,
    id: 'showPage',
    auth: 'public',
    method: 'GET',
    path: '/page',
    response: { status: 200, schema: z.string(), contentType: 'text/html; charset=utf-8' },
    idempotent: false,
  }),
  defineContract({
    ...common,
    id: 'hearProvider',
    auth: 'public',
    tag: 'webhooks',
    method: 'POST',
    path: '/v1/webhooks/notes',
    response: { status: 200, schema: z.string(), contentType: 'text/plain' },
    idempotent: false,
  }),
] as const satisfies readonly Contract[]

export type NoteBehaviours = Behaviours<typeof noteContracts>

export const citizen: Caller = {
  actor: 'citizen',
  issuer: 'https://sso.example',
  subject: 'subject-1',
  name: 'Nguyễn Thị Ánh',
  personalId: '037090000001',
  ref: 'ref-1',
  loa: 2,
}

const written = { id: 'n1', version: 3, text: 'Xin chào', tags: ['a'] }

const defaults: NoteBehaviours = {
  writeNote: async () => ({ body: written, replayed: false }),
  changeNote: async () => ({ note: written, hint: '' }),
  dropNote: async () => null,
  closeNote: async () => ({ body: written, replayed: false }),
  listNotes: async () => ({ items: [written] }),
  showPage: async () => '<p>Xin chào</p>',
  hearProvider: async ({ rawQuery }) => rawQuery,
}

/** The notes behind `serve`, as a function of the stack has them; what was logged is kept. */
export const noteOffice = (behaviours: Partial<NoteBehaviours> = {}) => {
  const lines: string[] = []
  const seen: unknown[] = []
  const watched = Object.fromEntries(
    Object.entries({ ...defaults, ...behaviours }).map(([name, behave]) => [
      name,
      (request: never) => {
        seen.push(request)
        return behave(request)
      },
    ]),
  ) as unknown as NoteBehaviours
  const handler = serve(noteContracts, watched, {
    authenticate: async (authorization) => {
      if (authorization === 'Bearer citizen') return citizen
      if (authorization === 'Bearer operator')
        return { actor: 'operator', issuer: 'https://sso.example', subject: 'o', name: 'O' }
      throw new AppError('unauthenticated', { params: { why: { vi: 'không có mã', en: 'no token' } } })
    },
    log: createLog('notes', (line) => lines.push(line)),
  })
  const call = async (sent: Sent) => {
    const result: APIGatewayProxyStructuredResultV2 = await handler(eventOf(sent), {} as Context)
    const headers = Object.fromEntries(
      Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    )
    const text = result.body ?? ''
    const isJson = headers['content-type']?.includes('json') && text !== ''
    return { status: result.statusCode ?? 0, headers, text, json: isJson ? JSON.parse(text) : undefined }
  }
  return { call, lines, seen }
}

const signedIn = { authorization: 'Bearer citizen' }
const json = { 'content-type': 'application/json' }

/** A good request of each contract, from which a test takes one thing away. */
export const good = {
  writeNote: {
    route: 'POST /v1/notes',
    headers: { ...signedIn, ...json, 'idempotency-key': 'key-1' },
    body: '{"text":"Xin chào"}',
  },
  changeNote: {
    route: 'PATCH /v1/notes/{id}',
    params: { id: 'n1' },
    headers: { ...signedIn, ...json },
    body: '{"text":"Xin chào"}',
  },
  dropNote: { route: 'DELETE /v1/notes/{id}', params: { id: 'n1' }, headers: signedIn },
  closeNote: {
    route: 'POST /v1/notes/{id}/close',
    params: { id: 'n1' },
    headers: { ...signedIn, 'idempotency-key': 'key-1' },
  },
  listNotes: { route: 'GET /v1/notes' },
  showPage: { route: 'GET /page' },
  hearProvider: { route: 'POST /v1/webhooks/notes' },
} satisfies Record<keyof NoteBehaviours, Sent>
