import type { IncomingMessage } from 'node:http'
import { S3Error } from './s3-error.ts'

export type S3Request = {
  readonly raw: IncomingMessage
  readonly method: string
  readonly bucket: string
  readonly key: string
  /** The decoded path, which the signature covers. */
  readonly path: string
  readonly query: readonly (readonly [string, string])[]
  readonly presigned: boolean
  param(name: string): string | undefined
  /** A header, or for a presigned address the `x-amz-` query parameter that stands for it. */
  header(name: string): string | undefined
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new S3Error('InvalidURI')
  }
}

function parseQuery(text: string): [string, string][] {
  if (text === '') return []
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=')
      const name = at < 0 ? pair : pair.slice(0, at)
      const value = at < 0 ? '' : pair.slice(at + 1)
      return [decode(name.replaceAll('+', ' ')), decode(value.replaceAll('+', ' '))]
    })
}

/** Reads the address by hand: a URL parser would resolve `..`, which in S3 is a part of the key. */
export function readRequest(raw: IncomingMessage): S3Request {
  const url = raw.url ?? '/'
  const mark = url.indexOf('?')
  const path = decode(mark < 0 ? url : url.slice(0, mark))
  if (!path.startsWith('/')) throw new S3Error('InvalidURI')
  const query = parseQuery(mark < 0 ? '' : url.slice(mark + 1))
  const slash = path.indexOf('/', 1)
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash)
  const key = slash < 0 ? '' : path.slice(slash + 1)
  const param = (name: string) => query.find(([n]) => n === name)?.[1]
  const presigned = query.some(([name]) => name === 'X-Amz-Signature' || name === 'X-Amz-Algorithm')
  const header = (name: string) => {
    const value = raw.headers[name]
    if (value !== undefined) return Array.isArray(value) ? value.join(',') : value
    if (!presigned || !name.startsWith('x-amz-')) return undefined
    return query.find(([n]) => n.toLowerCase() === name)?.[1]
  }
  return { raw, method: raw.method ?? 'GET', bucket, key, path, query, presigned, param, header }
}

const objectOperations: Record<string, string> = {
  GET: 'GetObject',
  HEAD: 'HeadObject',
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
}

const bucketOperations: Record<string, string> = {
  HEAD: 'HeadBucket',
  PUT: 'CreateBucket',
  DELETE: 'DeleteBucket',
  POST: 'PostObject',
}

/** Sub-resources that are not served: they must be refused, never taken for the object itself. */
const notServed = new Set(
  (
    'accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle ' +
    'logging metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock ' +
    'renameObject replication requestPayment restore retention select session torrent versionId versioning ' +
    'versions website'
  ).split(' '),
)

/** The S3 operation an HTTP request stands for, as in S3's own logs; `Unsupported` when there is none here. */
export function s3Operation(request: S3Request): string {
  const { method, bucket, key } = request
  const has = (name: string) => request.query.some(([n]) => n === name)
  if (method === 'OPTIONS') return 'Preflight'
  if (request.query.some(([name]) => notServed.has(name))) return 'Unsupported'
  if (bucket === '') return method === 'GET' ? 'ListBuckets' : 'MethodNotAllowed'
  if (key === '') {
    if (method === 'GET' && has('uploads')) return 'ListMultipartUploads'
    if (method === 'GET' && has('location')) return 'GetBucketLocation'
    if (method === 'GET' && request.param('list-type') === '2') return 'ListObjectsV2'
    if (method === 'GET') return 'Unsupported'
    if (method === 'POST' && has('delete')) return 'DeleteObjects'
    return bucketOperations[method] ?? 'MethodNotAllowed'
  }
  if (has('tagging')) return method === 'GET' ? 'GetObjectTagging' : 'Unsupported'
  if (method === 'POST') {
    if (has('uploads')) return 'CreateMultipartUpload'
    return has('uploadId') ? 'CompleteMultipartUpload' : 'MethodNotAllowed'
  }
  if (has('uploadId')) {
    if (method === 'PUT') return request.header('x-amz-copy-source') ? 'Unsupported' : 'UploadPart'
    if (method === 'GET') return 'ListParts'
    return method === 'DELETE' ? 'AbortMultipartUpload' : 'MethodNotAllowed'
  }
  if (has('partNumber')) return 'Unsupported'
  if (method === 'PUT' && request.header('x-amz-copy-source') !== undefined) return 'CopyObject'
  return objectOperations[method] ?? 'MethodNotAllowed'
}
