import { type Answer, xmlAnswer } from './s3-answer.ts'
import { openBody } from './s3-body.ts'
import { ifNoneMatchStar, readable, writable } from './s3-condition.ts'
import { S3Error } from './s3-error.ts'
import { parseRange } from './s3-range.ts'
import { discardRecord, type Staged } from './s3-record.ts'
import type { S3Request } from './s3-request.ts'
import type { Bucket, ObjectMeta, Precondition } from './s3-storage.ts'
import { xmlDocument } from './s3-xml.ts'

const kept = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]
const maxMetadata = 2048

export type Description = Pick<ObjectMeta, 'headers' | 'metadata' | 'tagging'>

export function checkKey(key: string): void {
  if (Buffer.byteLength(key) > 1024) {
    throw new S3Error('KeyTooLongError', undefined, { MaxSizeAllowed: '1024' })
  }
}

/** The headers and metadata that an upload gives its object, looked up in a request's headers or a form's fields. */
export function describe(
  lookup: (name: string) => string | undefined,
  names: readonly string[],
): Description {
  const headers: Record<string, string> = {}
  for (const name of kept) {
    const value = lookup(name)
    // The framing is taken off, so `aws-chunked` is no encoding of what is stored.
    const own = name === 'content-encoding' ? value?.replace(/\s*aws-chunked\s*,?/, '').trim() : value
    if (own) headers[name] = own
  }
  headers['content-type'] ??= 'binary/octet-stream'
  const metadata: Record<string, string> = {}
  let size = 0
  for (const name of new Set(names)) {
    if (!name.startsWith('x-amz-meta-')) continue
    const value = lookup(name) ?? ''
    size += name.length - 'x-amz-meta-'.length + Buffer.byteLength(value)
    metadata[name] = value
  }
  if (size > maxMetadata)
    throw new S3Error('MetadataTooLarge', undefined, { MaxSizeAllowed: String(maxMetadata) })
  const tagging = lookup('x-amz-tagging')
  return { headers, metadata, ...(tagging ? { tagging } : {}) }
}

export function describeRequest(request: S3Request): Description {
  const hoisted = request.presigned ? request.query.map(([name]) => name.toLowerCase()) : []
  return describe(request.header, [...Object.keys(request.raw.headers), ...hoisted])
}

/** Seals a staged object under its key; a refusal leaves nothing behind. */
export async function publish(
  bucket: Bucket,
  staged: Staged,
  meta: () => ObjectMeta,
  precondition?: Precondition,
): Promise<ObjectMeta> {
  let described: ObjectMeta
  try {
    described = meta()
  } catch (error) {
    await discardRecord(staged)
    throw error
  }
  await bucket.put(staged, described, precondition)
  return described
}

export function checksumHeaders(meta: Pick<ObjectMeta, 'checksum'>): Record<string, string> {
  return {
    [`x-amz-checksum-${meta.checksum.algorithm}`]: meta.checksum.value,
    'x-amz-checksum-type': meta.checksum.type,
  }
}

export async function putObject(
  bucket: Bucket,
  request: S3Request,
  payload: string,
  limits: { maxSize: number; now: () => Date },
): Promise<Answer> {
  checkKey(request.key)
  const description = describeRequest(request)
  const precondition = writable(request)
  // A refusal that is already certain need not wait for the content.
  if (ifNoneMatchStar(request)) precondition(bucket.head(request.key))
  const body = openBody(request, payload, limits.maxSize)
  const staged = await bucket.stage(body.chunks)
  const meta = await publish(
    bucket,
    staged,
    () => {
      const { size, md5, checksum } = body.measured()
      const modified = limits.now().getTime()
      return { ...description, key: request.key, size, etag: md5.toString('hex'), modified, checksum }
    },
    precondition,
  )
  const headers = {
    etag: `"${meta.etag}"`,
    'x-amz-server-side-encryption': 'AES256',
    ...checksumHeaders(meta),
  }
  return { status: 200, headers }
}

function objectHeaders(request: S3Request, meta: ObjectMeta): Record<string, string> {
  const headers: Record<string, string> = {
    ...meta.headers,
    ...meta.metadata,
    etag: `"${meta.etag}"`,
    'last-modified': new Date(meta.modified).toUTCString(),
    'accept-ranges': 'bytes',
    'x-amz-server-side-encryption': 'AES256',
  }
  if (meta.tagging) headers['x-amz-tagging-count'] = String(meta.tagging.split('&').length)
  for (const name of kept) {
    const value = request.param(`response-${name}`)
    if (value === undefined) continue
    // A line break here would let the address write headers of its own.
    if (/[^\t\u0020-\u007e\u0080-\u00ff]/.test(value))
      throw new S3Error('InvalidArgument', 'Header value is not valid')
    headers[name] = value
  }
  return headers
}

export function getObject(bucket: Bucket, request: S3Request): Answer {
  checkKey(request.key)
  const meta = bucket.head(request.key)
  if (!meta) throw new S3Error('NoSuchKey', undefined, { Key: request.key })
  readable(request, meta)
  const range = parseRange(request.header('range'), meta.size)
  const headers = objectHeaders(request, meta)
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${meta.size}`
  else if (request.header('x-amz-checksum-mode')?.toUpperCase() === 'ENABLED') {
    Object.assign(headers, checksumHeaders(meta))
  }
  const start = range?.start ?? 0
  const length = range ? range.end - range.start + 1 : meta.size
  const status = range ? 206 : 200
  const opened = bucket.open(request.key)
  if (!opened) throw new S3Error('NoSuchKey', undefined, { Key: request.key })
  return { status, headers, body: { fd: opened.fd, start, length } }
}

export function getTagging(bucket: Bucket, request: S3Request): Answer {
  const meta = bucket.head(request.key)
  if (!meta) throw new S3Error('NoSuchKey', undefined, { Key: request.key })
  const tags = [...new URLSearchParams(meta.tagging ?? '')]
  const set = tags.map(
    ([key, value]) =>
      [
        'Tag',
        [
          ['Key', key],
          ['Value', value],
        ],
      ] as ['Tag', [string, string][]],
  )
  return xmlAnswer(xmlDocument('Tagging', [['TagSet', set]]))
}
