import type { Answer } from './s3-answer.ts'
import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'

const methods = ['GET', 'HEAD', 'PUT', 'POST']
const exposed = [
  'ETag',
  'Content-Disposition',
  'Content-Range',
  'x-amz-request-id',
  'x-amz-checksum-sha256',
  'x-amz-checksum-crc32',
]

function allowed(origin: string, origins: readonly string[]): boolean {
  return origins.includes('*') || origins.includes(origin)
}

/** What an answer to a page of an allowed origin carries; a page of any other origin gets nothing. */
export function corsHeaders(request: S3Request, origins: readonly string[]): Record<string, string> {
  const origin = request.raw.headers.origin
  if (origin === undefined || !allowed(origin, origins) || !methods.includes(request.method)) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposed.join(', '),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}

/** Answers a browser's question whether it may send what it is about to send. */
export function preflight(request: S3Request, origins: readonly string[]): Answer {
  const { origin } = request.raw.headers
  const method = request.raw.headers['access-control-request-method']
  if (origin === undefined) {
    throw new S3Error('BadRequest', 'Insufficient information. Origin request header needed.')
  }
  if (method === undefined || !['GET', 'HEAD', 'PUT', 'POST', 'DELETE'].includes(method)) {
    throw new S3Error('BadRequest', `Invalid Access-Control-Request-Method: ${method ?? 'null'}`)
  }
  if (!allowed(origin, origins) || !methods.includes(method)) throw new S3Error('AccessForbidden')
  const wanted = request.raw.headers['access-control-request-headers']
  return {
    status: 200,
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': methods.join(', '),
      ...(wanted ? { 'access-control-allow-headers': wanted } : {}),
      'access-control-expose-headers': exposed.join(', '),
      'access-control-max-age': '3000',
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    },
  }
}
