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
  query: <S extends z.ZodType>(schema: S) => z.output<S>
}

/** What each endpoint answers, by `METHOD path` under `/_sandbox`. */
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

/** Finds the endpoint; throws what the caller did wrong when there is none. */
const find = (endpoints: SandboxEndpoints, method: string, path: string) => {
  const name = `${method} ${path}`
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined
  if (endpoint) return endpoint
  const allowed = Object.keys(endpoints).flatMap((key) =>
    key.endsWith(` ${path}`) ? [key.split(' ')[0]] : [],
  )
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
      const endpoint = find(endpoints, request.method ?? 'GET', path.slice(base.length))
      const bytes = await readBody(request, largest)
      if (bytes === 'gone') {
        response.destroy()
        return true
      }
      if (bytes === 'too-large') throw new AppError('payload-too-large', { params: { limit: largest } })
      const query = Object.fromEntries(new URLSearchParams(splitTarget(request.url ?? '/').query))
      const answer = await endpoint({
        body: (schema) => parsed(schema, jsonOf(bytes), 'body'),
        query: (schema) => parsed(schema, query, 'query'),
      })
      send(response, answer === undefined ? 204 : 200, 'application/json', answer)
    } catch (error) {
      if (!(error instanceof AppError)) onError(error)
      const problem = problemOf(error, languageOf(request.headers['accept-language']), requestId)
      send(response, problem.status, 'application/problem+json', problem)
    }
    return true
  }
