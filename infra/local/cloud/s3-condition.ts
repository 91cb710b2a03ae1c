import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'
import type { ObjectMeta, Precondition } from './s3-storage.ts'

function matches(header: string, etag: string): boolean {
  return header
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, '').replaceAll('"', ''))
    .some((tag) => tag === '*' || tag === etag)
}

function failed(condition: string): S3Error {
  return new S3Error('PreconditionFailed', undefined, { Condition: condition })
}

export function ifNoneMatchStar(request: S3Request): boolean {
  return request.header('if-none-match')?.trim() === '*'
}

/** The conditions of a write: only "there is none yet" and "it is still this one", as S3 has them. */
export function writable(request: S3Request): Precondition {
  const ifMatch = request.header('if-match')
  const ifNoneMatch = request.header('if-none-match')
  if (ifNoneMatch !== undefined && !ifNoneMatchStar(request)) {
    throw new S3Error('NotImplemented', undefined, { Header: 'If-None-Match' })
  }
  return (current) => {
    if (ifNoneMatch !== undefined && current) throw failed('If-None-Match')
    if (ifMatch === undefined) return
    if (!current) throw new S3Error('NoSuchKey', undefined, { Key: request.key })
    if (!matches(ifMatch, current.etag)) throw failed('If-Match')
  }
}

function wholeSeconds(time: number): number {
  return Math.floor(time / 1000) * 1000
}

function evaluate(
  meta: ObjectMeta,
  lookup: (name: string) => string | undefined,
): 'pass' | 'unchanged' | string {
  const ifMatch = lookup('if-match')
  const ifNoneMatch = lookup('if-none-match')
  const since = Date.parse(lookup('if-modified-since') ?? '')
  const until = Date.parse(lookup('if-unmodified-since') ?? '')
  const modified = wholeSeconds(meta.modified)
  if (ifMatch !== undefined && !matches(ifMatch, meta.etag)) return 'If-Match'
  if (ifMatch === undefined && !Number.isNaN(until) && modified > until) return 'If-Unmodified-Since'
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, meta.etag) ? 'unchanged' : 'pass'
  return !Number.isNaN(since) && modified <= since ? 'unchanged' : 'pass'
}

/** The conditions of a read: 412 when they fail, 304 when the reader has the object already. */
export function readable(request: S3Request, meta: ObjectMeta): void {
  const outcome = evaluate(meta, request.header)
  if (outcome === 'pass') return
  if (outcome === 'unchanged') throw new S3Error('NotModified', undefined, { etag: `"${meta.etag}"` })
  throw failed(outcome)
}

/** The conditions that a copy puts on its source; there an unchanged source is a failure too. */
export function copyable(request: S3Request, source: ObjectMeta): void {
  const outcome = evaluate(source, (name) => request.header(`x-amz-copy-source-${name}`))
  if (outcome !== 'pass') throw failed(outcome === 'unchanged' ? 'x-amz-copy-source-If-None-Match' : outcome)
}
