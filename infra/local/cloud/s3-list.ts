import { type Answer, xmlAnswer } from './s3-answer.ts'
import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'
import type { Bucket, ObjectMeta } from './s3-storage.ts'
import { type XmlNode, xmlDocument } from './s3-xml.ts'

const pageLimit = 1000

/** A page size parameter, 1000 at most as in S3. */
export function pageSize(request: S3Request, name: string): number {
  const text = request.param(name)
  if (text === undefined || text === '') return pageLimit
  if (!/^\d{1,10}$/.test(text) || Number(text) > 2147483647) {
    throw new S3Error('InvalidArgument', `Argument ${name} must be an integer between 0 and 2147483647`, {
      ArgumentName: name,
      ArgumentValue: text,
    })
  }
  return Math.min(pageLimit, Number(text))
}

function readToken(token: string | undefined): Buffer | undefined {
  if (token === undefined) return undefined
  const decoded = Buffer.from(token, 'base64url')
  if (decoded.length === 0 || decoded.toString('base64url') !== token) {
    throw new S3Error('InvalidArgument', 'The continuation token provided is incorrect', {
      ArgumentName: 'continuation-token',
    })
  }
  return decoded
}

function after(key: Buffer, bound: Buffer | undefined): boolean {
  return bound === undefined || Buffer.compare(key, bound) > 0
}

type Row = { name: string; meta?: ObjectMeta }

function rows(objects: ObjectMeta[], prefix: string, delimiter: string): Row[] {
  const found: Row[] = []
  for (const meta of objects) {
    if (!meta.key.startsWith(prefix)) continue
    const cut = delimiter === '' ? -1 : meta.key.indexOf(delimiter, prefix.length)
    if (cut < 0) found.push({ name: meta.key, meta })
    else {
      const name = meta.key.slice(0, cut + delimiter.length)
      if (found.at(-1)?.name !== name) found.push({ name })
    }
  }
  return found
}

/** One page of a bucket's keys. The token names the last row given, so rows added meanwhile are not skipped. */
export function listObjects(bucket: Bucket, request: S3Request): Answer {
  const prefix = request.param('prefix') ?? ''
  const delimiter = request.param('delimiter') ?? ''
  const token = request.param('continuation-token')
  const startAfter = request.param('start-after')
  const limit = pageSize(request, 'max-keys')
  const encoding = request.param('encoding-type')
  if (encoding !== undefined && encoding !== 'url') {
    throw new S3Error('InvalidArgument', 'Invalid Encoding Method specified in Request')
  }
  const shown = (text: string) =>
    encoding === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text
  const bound = readToken(token) ?? (startAfter === undefined ? undefined : Buffer.from(startAfter))
  const left = rows(bucket.sorted(), prefix, delimiter).filter((row) => after(Buffer.from(row.name), bound))
  const page = left.slice(0, limit)
  const truncated = limit > 0 && left.length > page.length
  const last = page.at(-1)
  const nodes: XmlNode[] = [
    ['Name', bucket.name],
    ['Prefix', shown(prefix)],
    ...(delimiter === '' ? [] : [['Delimiter', shown(delimiter)] as const]),
    ...(startAfter === undefined ? [] : [['StartAfter', shown(startAfter)] as const]),
    ...(token === undefined ? [] : [['ContinuationToken', token] as const]),
    ...(truncated && last
      ? [['NextContinuationToken', Buffer.from(last.name).toString('base64url')] as const]
      : []),
    ['KeyCount', page.length],
    ['MaxKeys', limit],
    ...(encoding ? [['EncodingType', encoding] as const] : []),
    ['IsTruncated', truncated],
    ...page.map(({ name, meta }): XmlNode => {
      if (!meta) return ['CommonPrefixes', [['Prefix', shown(name)]]]
      return [
        'Contents',
        [
          ['Key', shown(name)],
          ['LastModified', new Date(meta.modified).toISOString()],
          ['ETag', `"${meta.etag}"`],
          ['ChecksumAlgorithm', meta.checksum.algorithm.toUpperCase()],
          ['ChecksumType', meta.checksum.type],
          ['Size', meta.size],
          ['StorageClass', 'STANDARD'],
        ],
      ]
    }),
  ]
  return xmlAnswer(xmlDocument('ListBucketResult', nodes))
}
