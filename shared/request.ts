import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import type * as z from 'zod'
import { canonicalJson } from './canonical-json.ts'
import { type Contract, defaultBodyLimit } from './contract.ts'
import { AppError, type FieldError, invalidRequest, pointerTo } from './errors.ts'
import { sha256Hex } from './ids.ts'
import { fieldErrors, type Place } from './problem.ts'
import { firstSigns } from './text.ts'

/** Deeper than any form of ours, and far from what would exhaust the stack of a parser or of the engine. */
const deepest = 32

/** Longer than any member of ours. Every error names its place, and an answer has a largest size too. */
const longestName = 128

const malformed = (vi: string, en: string): AppError =>
  new AppError('malformed-request', { params: { why: { vi, en } } })

/**
 * Finds what JSON allows and no part of the system can hold: lone surrogates (no UTF-8 form), numbers that
 * overflow to infinity, `__proto__` members, and nesting without end. Walks with a list of its own, so that
 * the nesting it looks for cannot exhaust its stack.
 */
const refuseHostile = (root: unknown): void => {
  const errors: FieldError[] = []
  const open: { value: unknown; path: PropertyKey[] }[] = [{ value: root, path: [] }]
  for (let place = open.pop(); place && errors.length < 20; place = open.pop()) {
    const { value, path } = place
    if (path.length > deepest)
      throw malformed(`lồng nhau quá ${deepest} tầng`, `nested more than ${deepest} levels`)
    if (typeof value === 'string' && (!value.isWellFormed() || value.includes('\u0000')))
      errors.push({ code: 'bad-text', pointer: pointerTo(...path) })
    else if (typeof value === 'number' && !Number.isFinite(value))
      errors.push({ code: 'too-big', pointer: pointerTo(...path), params: { maximum: '1e308' } })
    else if (Array.isArray(value))
      for (const [index, item] of value.entries()) open.push({ value: item, path: [...path, index] })
    else if (typeof value === 'object' && value !== null)
      for (const [key, item] of Object.entries(value)) {
        if (key.length > longestName)
          errors.push({
            code: 'too-long',
            pointer: pointerTo(...path, firstSigns(key.toWellFormed(), longestName)),
            params: { maximum: longestName },
          })
        else if (key === '__proto__' || !key.isWellFormed() || key.includes('\u0000'))
          errors.push({ code: 'bad-text', pointer: pointerTo(...path, key.toWellFormed()) })
        else open.push({ value: item, path: [...path, key] })
      }
  }
  if (errors.length > 0) throw invalidRequest(...errors)
}

const bodyBytes = (event: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')

/** The JSON body of a request, or an error that says why it cannot be one. */
export const readJson = (event: APIGatewayProxyEventV2, contract: Contract): unknown => {
  const limit = contract.bodyLimit ?? defaultBodyLimit
  const bytes = bodyBytes(event)
  if (bytes.byteLength === 0 && contract.body?.safeParse(undefined).success) return undefined
  if (bytes.byteLength > limit) throw new AppError('payload-too-large', { params: { limit } })
  const expected = contract.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
  const type = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json' && type !== expected)
    throw new AppError('unsupported-media-type', { params: { expected } })
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw malformed('nội dung không phải là JSON mã UTF-8', 'the body is not JSON in UTF-8')
  }
  refuseHostile(value)
  return value
}

/** The query as one value a name; a name given twice has no single meaning and is refused. */
export const readQuery = (event: APIGatewayProxyEventV2): Record<string, string> => {
  const query: Record<string, string> = {}
  for (const [name, value] of new URLSearchParams(event.rawQueryString)) {
    if (Object.hasOwn(query, name))
      throw invalidRequest({ code: 'duplicate', parameter: firstSigns(name, 80) })
    if (name === '__proto__' || value.includes('\u0000'))
      throw invalidRequest({ code: 'bad-text', parameter: firstSigns(name, 80) })
    query[name] = value
  }
  return query
}

/** The value the schema makes of the input; every problem is named with its field. */
export const parse = <S extends z.ZodType>(
  schema: S | undefined,
  input: unknown,
  place: Place,
): z.output<S> => {
  if (!schema) return {} as z.output<S>
  const result = schema.safeParse(input, { reportInput: true })
  if (!result.success) throw invalidRequest(...fieldErrors(result.error, place))
  return result.data
}

const keyPattern = /^[\x20-\x7e]{1,128}$/

/** The caller's `Idempotency-Key`. */
export const readKey = (event: APIGatewayProxyEventV2): string => {
  const key = event.headers['idempotency-key'] ?? ''
  if (!keyPattern.test(key)) throw new AppError('idempotency-key-required')
  return key
}

/** The version in `If-Match: "3"`; undefined when the header is absent or `*`. */
export const readIfMatch = (event: APIGatewayProxyEventV2): number | undefined => {
  const header = event.headers['if-match']?.trim()
  if (header === undefined || header === '*') return undefined
  const match = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header)
  if (!match)
    throw invalidRequest({ code: 'bad-format', parameter: 'If-Match', params: { expected: ' ("3")' } })
  return Number(match[1])
}

/** True when the caller asks what would happen (RFC 7240 `Prefer: preview`). */
export const asksPreview = (event: APIGatewayProxyEventV2): boolean =>
  (event.headers.prefer ?? '').split(/[,;]/).some((part) => part.trim().toLowerCase() === 'preview')

/** The identity of a command and of its body; see `Command`. */
export const commandOf = (
  caller: { issuer: string; subject: string },
  method: string,
  path: string,
  key: string,
  body: unknown,
) => ({
  scope: sha256Hex(JSON.stringify([caller.issuer, caller.subject, method, path, key])),
  body: sha256Hex(canonicalJson(body ?? null)),
})
