import type { IncomingMessage, ServerResponse } from 'node:http'
import type * as z from 'zod'
import { AppError, type ErrorCode, invalidRequest } from '../../shared/errors.ts'
import { randomId } from '../../shared/ids.ts'
import { fieldErrors, type Place, problemOf } from '../../shared/problem.ts'
import { languageOf } from '../../shared/text.ts'
import { splitTarget } from './api-event.ts'
import { readBody } from './request-body.ts'

/** A request to the sandbox, read as far as every endpoint needs it. */
export interface SandboxRequest {
  body: <S extends z.ZodType>(schema: S) => z.output<S>
  /** The body as a browser's form sends it. */
  form: <S extends z.ZodType>(schema: S) => z.output<S>
  query: <S extends z.ZodType>(schema: S) => z.output<S>
  /** The query as it came: a signature is over its very bytes. */
  rawQuery: string
  params: <S extends z.ZodType>(schema: S) => z.output<S>
}

/** An answer for browsers: a page, or the way to another one. */
export class SandboxPage {
  readonly status: number
  readonly html: string
  readonly location: string | undefined

  constructor(status: number, html: string, location?: string) {
    this.status = status
    this.html = html
    this.location = location
  }
}

/** What each endpoint answers, by `METHOD path` under `/_sandbox`; a `{name}` in a path takes one segment. */
export type SandboxEndpoints = Record<string, (request: SandboxRequest) => Promise<unknown> | unknown>

const base = '/_sandbox'
const largest = 256 * 1024

const parsed = <S extends z.ZodType>(schema: S, value: unknown, place: Place): z.output<S> => {
  const result = schema.safeParse(value, { reportInput: true })
  if (!result.success) throw invalidRequest(...fieldErrors(result.error, place))
  return result.data
}

const jsonOf = (bytes: Buffer): unknown => {
  try {
    return bytes.length === 0 ? {} : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    const why = { vi: 'nội dung không phải là JSON mã UTF-8', en: 'the body is not JSON in UTF-8' }
    throw new AppError('malformed-request', { params: { why } })
  }
}

const send = (response: ServerResponse, status: number, type: string, value: unknown): void => {
  response.setHeader('cache-control', 'no-store')
  // No content has no type: a client that goes by it would try to read JSON out of nothing.
  if (status === 204) return void response.writeHead(status).end()
  response.setHeader('content-type', `${type}; charset=utf-8`)
  response.writeHead(status).end(JSON.stringify(value))
}

// No `form-action`: browsers hold a redirect behind a form against it too, and this one leads to a portal.
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

const sendPage = (response: ServerResponse, { status, html, location }: SandboxPage): void => {
  response.setHeader('cache-control', 'no-store')
  response.setHeader('content-security-policy', pagePolicy)
  if (location !== undefined) response.setHeader('location', location)
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.writeHead(status).end(html)
}

const decoded = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** What stands in the places of a path; undefined when it is another path. */
const paramsOn = (pattern: string, path: string): Record<string, string> | undefined => {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, step] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(step)?.[1]
    if (name !== undefined) params[name] = decoded(given[index] ?? '')
    else if (step !== given[index]) return undefined
  }
  return params
}

/** Finds the endpoint; throws what the caller did wrong when there is none. */
const find = (endpoints: SandboxEndpoints, method: string, path: string) => {
  const matching = Object.entries(endpoints).flatMap(([key, endpoint]) => {
    const [own = '', pattern = ''] = key.split(' ')
    const params = paramsOn(pattern, path)
    return params ? [{ own, endpoint, params }] : []
  })
  const match = matching.find(({ own }) => own === method)
  if (match) return match
  const allowed = matching.map(({ own }) => own)
  const code: ErrorCode = allowed.length > 0 ? 'method-not-allowed' : 'not-found'
  throw new AppError(code, { params: { allowed: allowed.join(', ') } })
}

/** Answers everything under `/_sandbox`; false for every other path. */
export const createSandboxHttp =
  (endpoints: SandboxEndpoints, onError: (error: unknown) => void) =>
  async (request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> => {
    if (path !== base && !path.startsWith(`${base}/`)) return false
    const requestId = randomId()
    try {
      const { endpoint, params } = find(endpoints, request.method ?? 'GET', path.slice(base.length))
      const bytes = await readBody(request, largest)
      if (bytes === 'gone') {
        response.destroy()
        return true
      }
      if (bytes === 'too-large') throw new AppError('payload-too-large', { params: { limit: largest } })
      const rawQuery = splitTarget(request.url ?? '/').query
      const query = Object.fromEntries(new URLSearchParams(rawQuery))
      const answer = await endpoint({
        body: (schema) => parsed(schema, jsonOf(bytes), 'body'),
        form: (schema) => parsed(schema, Object.fromEntries(new URLSearchParams(bytes.toString())), 'body'),
        query: (schema) => parsed(schema, query, 'query'),
        rawQuery,
        params: (schema) => parsed(schema, params, 'path'),
      })
      if (answer instanceof SandboxPage) sendPage(response, answer)
      else send(response, answer === undefined ? 204 : 200, 'application/json', answer)
    } catch (error) {
      if (!(error instanceof AppError)) onError(error)
      const problem = problemOf(error, languageOf(request.headers['accept-language']), requestId)
      send(response, problem.status, 'application/problem+json', problem)
    }
    return true
  }
