import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { type Instant, toIso } from '../../shared/time.ts'

/** The path and the query of a request line, which may be anything a client cares to write there. */
export const splitTarget = (target: string): { path: string; query: string } => {
  // A proxy's absolute form carries the authority too.
  const local = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/#.*$/s, '')
  const at = local.indexOf('?')
  const path = at < 0 ? local : local.slice(0, at)
  return { path: path === '' ? '/' : path, query: at < 0 ? '' : local.slice(at + 1) }
}

const textual =
  /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml)\b|application\/javascript\b|application\/x-www-form-urlencoded\b)/i

const joinedHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headersDistinct).flatMap(([name, values]) =>
      values && name !== 'cookie' ? [[name, values.join(',')]] : [],
    ),
  )

const queryParameters = (query: string): Record<string, string> | undefined => {
  const joined = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name)
    joined.set(name, before === undefined ? value : `${before},${value}`)
  }
  return joined.size > 0 ? Object.fromEntries(joined) : undefined
}

export interface EventParts {
  request: IncomingMessage
  body: Buffer
  routeKey: string
  params: Record<string, string> | undefined
  requestId: string
  now: Instant
}

/** The request as HTTP API hands it to a function (payload format 2.0). */
export const toApiEvent = (parts: EventParts): APIGatewayProxyEventV2 => {
  const { request, body, routeKey, params, requestId, now } = parts
  const { path, query } = splitTarget(request.url ?? '/')
  const cookies = request.headersDistinct.cookie?.flatMap((line) => line.split('; '))
  const queryStringParameters = queryParameters(query)
  const isText = isUtf8(body) && textual.test(request.headers['content-type'] ?? '')
  const host = request.headers.host ?? 'localhost'
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookies ? { cookies } : {}),
    headers: joinedHeaders(request),
    ...(queryStringParameters ? { queryStringParameters } : {}),
    ...(params ? { pathParameters: params } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.')[0] ?? 'local',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, ''),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: toIso(now),
      timeEpoch: now,
    },
    ...(body.length > 0 ? { body: body.toString(isText ? 'utf8' : 'base64') } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  }
}

/** What a function may answer: text, or an object with a status; anything else is its body. */
export const readApiResult = (result: unknown): APIGatewayProxyStructuredResultV2 => {
  if (typeof result === 'object' && result !== null && 'statusCode' in result)
    return result as APIGatewayProxyStructuredResultV2
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: typeof result === 'string' ? result : JSON.stringify(result ?? null),
  }
}

/** Writes the answer of a function. Throws for a header or status that HTTP cannot carry, before anything is sent. */
export const sendApiResult = (response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void => {
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8')
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value))
  if (result.cookies) response.setHeader('set-cookie', result.cookies)
  const status = result.statusCode ?? 200
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length)
  response.writeHead(status)
  response.end(status === 204 || status === 304 ? undefined : body)
}
