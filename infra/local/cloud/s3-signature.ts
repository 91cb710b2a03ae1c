import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'

export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string }

export type SignatureRules = {
  readonly credentials: Credentials
  readonly region: string
  readonly now: () => Date
}

const algorithm = 'AWS4-HMAC-SHA256'
const maxSkewMs = 15 * 60 * 1000
const maxExpirySeconds = 7 * 24 * 60 * 60

type Scope = { accessKeyId: string; date: string; region: string; service: string; terminator: string }
type Claim = {
  credential: string
  signedHeaders: string[]
  signature: string
  timestamp: string
  payload: string
}

/** `20260102T030405Z` to a time, or NaN. */
export function parseAmzDate(text: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)
  if (!parts) return Number.NaN
  const [, year, month, day, hour, minute, second] = parts
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

export function sameText(left: string, right: string): boolean {
  const a = createHash('sha256').update(left).digest()
  const b = createHash('sha256').update(right).digest()
  return timingSafeEqual(a, b)
}

/** The signature of a string (of a request or of a form's policy) under the key of a day, a region and S3. */
export function sign(secretAccessKey: string, date: string, region: string, text: string): string {
  let key: Buffer = Buffer.from(`AWS4${secretAccessKey}`)
  for (const step of [date, region, 's3', 'aws4_request'])
    key = createHmac('sha256', key).update(step).digest()
  return createHmac('sha256', key).update(text).digest('hex')
}

export function parseScope(credential: string): Scope | undefined {
  const parts = credential.split('/')
  if (parts.length < 5) return undefined
  const [date = '', region = '', service = '', terminator = ''] = parts.slice(-4)
  return { accessKeyId: parts.slice(0, -4).join('/'), date, region, service, terminator }
}

/** What is wrong with a credential scope, or undefined. */
export function scopeFault(scope: Scope | undefined, timestamp: string, region: string): string | undefined {
  if (!scope)
    return 'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
  if (scope.terminator !== 'aws4_request') return `incorrect terminal "${scope.terminator}".`
  if (scope.service !== 's3') return `incorrect service "${scope.service}". This endpoint belongs to "s3".`
  if (scope.region !== region) return `the region '${scope.region}' is wrong; expecting '${region}'`
  if (scope.date !== timestamp.slice(0, 8)) return 'incorrect date in the credential scope.'
  return undefined
}

function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

function byBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

function canonicalQuery(request: S3Request): string {
  return request.query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => byBytes(a, b) || byBytes(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function canonicalHeader(request: S3Request, name: string): string {
  const value = request.raw.headers[name]
  const text = Array.isArray(value) ? value.join(',') : (value ?? '')
  return `${name}:${text.trim().replace(/ +/g, ' ')}\n`
}

function expectedSignature(request: S3Request, claim: Claim, scope: Scope, secret: string): string {
  const canonical = [
    request.method,
    request.path.split('/').map(uriEncode).join('/'),
    canonicalQuery(request),
    claim.signedHeaders.map((name) => canonicalHeader(request, name)).join(''),
    claim.signedHeaders.join(';'),
    claim.payload,
  ].join('\n')
  const digest = createHash('sha256').update(canonical).digest('hex')
  const range = `${scope.date}/${scope.region}/s3/aws4_request`
  return sign(secret, scope.date, scope.region, `${algorithm}\n${claim.timestamp}\n${range}\n${digest}`)
}

function headerClaim(request: S3Request, authorization: string): Claim {
  if (!authorization.startsWith(`${algorithm} `)) {
    throw new S3Error(
      'InvalidRequest',
      `The authorization mechanism you have provided is not supported. Please use ${algorithm}.`,
    )
  }
  const fields = new Map<string, string>()
  for (const piece of authorization.slice(algorithm.length).split(',')) {
    const at = piece.indexOf('=')
    if (at > 0) fields.set(piece.slice(0, at).trim(), piece.slice(at + 1).trim())
  }
  const credential = fields.get('Credential')
  const signed = fields.get('SignedHeaders')
  const signature = fields.get('Signature')
  if (!credential || !signed || !signature) throw new S3Error('AuthorizationHeaderMalformed')
  const timestamp = request.raw.headers['x-amz-date']
  if (typeof timestamp !== 'string' || Number.isNaN(parseAmzDate(timestamp))) {
    throw new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header')
  }
  const payload = request.raw.headers['x-amz-content-sha256']
  if (typeof payload !== 'string') {
    throw new S3Error('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')
  }
  return { credential, signedHeaders: signed.split(';'), signature, timestamp, payload }
}

function queryClaim(request: S3Request, now: number): Claim {
  const refuse = (message: string) => new S3Error('AuthorizationQueryParametersError', message)
  const need = (name: string) => {
    const value = request.param(name)
    if (!value)
      throw refuse(
        'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
      )
    return value
  }
  if (need('X-Amz-Algorithm') !== algorithm) throw refuse(`X-Amz-Algorithm only supports "${algorithm}"`)
  const timestamp = need('X-Amz-Date')
  const issued = parseAmzDate(timestamp)
  if (Number.isNaN(issued))
    throw refuse("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  const expires = need('X-Amz-Expires')
  if (!/^\d{1,9}$/.test(expires)) throw refuse('X-Amz-Expires should be a number')
  const seconds = Number(expires)
  if (seconds > maxExpirySeconds) throw refuse('X-Amz-Expires must be less than a week (in seconds)')
  if (issued > now + maxSkewMs) throw new S3Error('AccessDenied', 'Request is not yet valid')
  if (now > issued + seconds * 1000)
    throw new S3Error('AccessDenied', 'Request has expired', { 'X-Amz-Expires': expires })
  const header = request.raw.headers['x-amz-content-sha256']
  return {
    credential: need('X-Amz-Credential'),
    signedHeaders: need('X-Amz-SignedHeaders').split(';'),
    signature: need('X-Amz-Signature'),
    timestamp,
    payload:
      typeof header === 'string' ? header : (request.param('X-Amz-Content-Sha256') ?? 'UNSIGNED-PAYLOAD'),
  }
}

function requireSignedHeaders(request: S3Request, signed: readonly string[]): void {
  const present = Object.keys(request.raw.headers).filter((name) => name.startsWith('x-amz-'))
  const missing = ['host', ...present].filter((name) => !signed.includes(name))
  if (missing.length > 0) {
    throw new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
      HeadersNotSigned: missing.join(', '),
    })
  }
}

/** Verifies a request's signature (header or presigned query) whole and returns its payload hash claim. */
export function authenticate(request: S3Request, rules: SignatureRules): string {
  const authorization = request.raw.headers.authorization
  if (authorization !== undefined && request.presigned) {
    throw new S3Error('InvalidArgument', 'Only one auth mechanism allowed')
  }
  if (authorization === undefined && !request.presigned) throw new S3Error('AccessDenied')
  const now = rules.now().getTime()
  const claim = authorization !== undefined ? headerClaim(request, authorization) : queryClaim(request, now)
  const scope = parseScope(claim.credential)
  if (scope && scope.accessKeyId !== rules.credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: scope.accessKeyId })
  }
  const fault = scopeFault(scope, claim.timestamp, rules.region)
  if (!scope || fault !== undefined) {
    const code = request.presigned ? 'AuthorizationQueryParametersError' : 'AuthorizationHeaderMalformed'
    throw new S3Error(code, `Error parsing the credential; ${fault}`, { Region: rules.region })
  }
  if (!request.presigned && Math.abs(parseAmzDate(claim.timestamp) - now) > maxSkewMs) {
    throw new S3Error('RequestTimeTooSkewed', undefined, {
      RequestTime: claim.timestamp,
      ServerTime: rules.now().toISOString(),
      MaxAllowedSkewMilliseconds: String(maxSkewMs),
    })
  }
  requireSignedHeaders(request, claim.signedHeaders)
  const expected = expectedSignature(request, claim, scope, rules.credentials.secretAccessKey)
  if (!sameText(expected, claim.signature)) throw new S3Error('SignatureDoesNotMatch')
  if (request.header('x-amz-security-token') !== undefined) throw new S3Error('InvalidToken')
  return claim.payload
}
