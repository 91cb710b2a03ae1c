import type { IncomingMessage, ServerResponse } from 'node:http'

const local = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/

const methods = 'GET, POST, PUT, PATCH, DELETE, OPTIONS'
const allowed = 'Authorization, Content-Type, Idempotency-Key, If-Match, Accept-Language, Prefer'
const exposed = 'ETag, Idempotent-Replayed, Retry-After'

/**
 * Lets pages of the province's origins call the API, and those of any port of this machine: the sandbox is for
 * people who are writing such a page. True when the request was a preflight, which is thereby answered.
 */
export const createCors =
  (origins: readonly string[]) =>
  (request: IncomingMessage, response: ServerResponse): boolean => {
    const { origin } = request.headers
    const preflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
    if (origin !== undefined && (origins.includes(origin) || local.test(origin))) {
      response.setHeader('access-control-allow-origin', origin)
      response.setHeader('access-control-expose-headers', exposed)
      response.setHeader('vary', 'Origin')
      if (preflight) {
        response.setHeader('access-control-allow-methods', methods)
        response.setHeader('access-control-allow-headers', allowed)
        response.setHeader('access-control-max-age', '3600')
      }
    }
    if (preflight) response.writeHead(204).end()
    return preflight
  }
