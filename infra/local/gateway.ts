import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomId } from '../../shared/ids.ts'
import type { Clock } from '../../shared/time.ts'
import { readApiResult, sendApiResult, splitTarget, toApiEvent } from './api-event.ts'
import { createCors } from './cors.ts'
import { FunctionTimedOut, type LoadedFunction } from './functions.ts'
import { readBody } from './request-body.ts'
import { createRouter } from './routes.ts'

/** Limits of HTTP API: request body, request line with all headers, and what a function takes and gives. */
const largestBody = 10 * 1024 * 1024
const largestHead = 10_240
const largestPayload = 6 * 1024 * 1024

export interface GatewayOptions {
  functions: readonly LoadedFunction[]
  origins: readonly string[]
  clock: Clock
  /** Answers what is not the API's; false for a path it does not know. */
  aside: (request: IncomingMessage, response: ServerResponse, path: string) => Promise<boolean>
  onError: (error: unknown) => void
}

/** API Gateway's own refusals are no problem documents, and a client must be able to meet them here too. */
const refuse = (response: ServerResponse, status: number, message: string): void => {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const body = JSON.stringify({ message })
  response.setHeader('content-type', 'application/json')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.writeHead(status).end(body)
}

const headSize = (request: IncomingMessage): number =>
  (request.url ?? '').length + request.rawHeaders.reduce((sum, text) => sum + text.length + 2, 0)

/** Plays HTTP API in front of the functions. */
export const createGateway = ({ functions, origins, clock, aside, onError }: GatewayOptions) => {
  const route = createRouter(functions)
  const cors = createCors(origins)

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomId()
    response.setHeader('apigw-requestid', requestId)
    if (headSize(request) > largestHead) return refuse(response, 431, 'Request Header Fields Too Large')
    if (cors(request, response)) return
    const { path } = splitTarget(request.url ?? '/')
    if (await aside(request, response, path)) return
    const body = await readBody(request, largestBody)
    if (body === 'gone') return void response.destroy()
    if (body === 'too-large') return refuse(response, 413, 'Request Too Large')
    const match = route(request.method ?? 'GET', path)
    if (!match) return refuse(response, 404, 'Not Found')
    const event = toApiEvent({
      request,
      body,
      routeKey: match.routeKey,
      params: match.params,
      requestId,
      now: clock.now(),
    })
    // Only a large body can make a large event; measuring each one would cost more than handling it.
    if (body.length > largestPayload / 2 && Buffer.byteLength(JSON.stringify(event)) > largestPayload)
      return refuse(response, 413, 'Request Too Large')
    const result = readApiResult(await match.target.invoke(event))
    if (Buffer.byteLength(result.body ?? '') > largestPayload) throw new Error('the answer is too large')
    sendApiResult(response, result)
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    // A client may go away at any moment; that is no failure of ours.
    response.on('error', () => undefined)
    answer(request, response).catch((error: unknown) => {
      onError(error)
      if (error instanceof FunctionTimedOut) refuse(response, 503, 'Service Unavailable')
      else refuse(response, 500, 'Internal Server Error')
    })
  }
}
