import { createReadStream } from 'node:fs'
import { type Answer, xmlAnswer } from './s3-answer.ts'
import { measure } from './s3-body.ts'
import { isChecksumAlgorithm } from './s3-checksum.ts'
import { copyable, writable } from './s3-condition.ts'
import { S3Error } from './s3-error.ts'
import { checkKey, describeRequest, publish } from './s3-object.ts'
import type { S3Request } from './s3-request.ts'
import type { Bucket, ObjectMeta, Storage } from './s3-storage.ts'
import { type XmlNode, xmlDocument } from './s3-xml.ts'

/** The content of an open object without the description behind it; the descriptor is closed at the end. */
export async function* contentOf(opened: { meta: ObjectMeta; fd: number }): AsyncGenerator<Buffer> {
  const stream = createReadStream('', { fd: opened.fd, start: 0, end: Math.max(opened.meta.size - 1, 0) })
  if (opened.meta.size === 0) stream.destroy()
  else yield* stream
}

function sourceOf(request: S3Request): { bucket: string; key: string } {
  const header = request.header('x-amz-copy-source') ?? ''
  const mark = header.indexOf('?')
  if (mark >= 0) throw new S3Error('NotImplemented', undefined, { Header: 'x-amz-copy-source' })
  let decoded: string
  try {
    decoded = decodeURIComponent(header).replace(/^\//, '')
  } catch {
    throw new S3Error('InvalidArgument', 'Invalid copy source encoding')
  }
  const slash = decoded.indexOf('/')
  if (slash <= 0 || slash === decoded.length - 1) {
    throw new S3Error('InvalidArgument', 'Invalid copy source object key')
  }
  return { bucket: decoded.slice(0, slash), key: decoded.slice(slash + 1) }
}

function directive(request: S3Request, name: string): boolean {
  const value = request.header(name) ?? 'COPY'
  if (value !== 'COPY' && value !== 'REPLACE') throw new S3Error('InvalidArgument', `Unknown ${name}.`)
  return value === 'REPLACE'
}

/** The checksum algorithm asked of an object that is made here, or undefined. */
export function wantedAlgorithm(request: S3Request) {
  const name = request.header('x-amz-checksum-algorithm')?.toLowerCase()
  if (name === undefined) return undefined
  if (!isChecksumAlgorithm(name))
    throw new S3Error('InvalidRequest', 'Checksum algorithm provided is unsupported.')
  return name
}

export async function copyObject(
  storage: Storage,
  bucket: Bucket,
  request: S3Request,
  limits: { maxSize: number; now: () => Date },
): Promise<Answer> {
  checkKey(request.key)
  const source = sourceOf(request)
  const from = storage.bucket(source.bucket)
  const replace = directive(request, 'x-amz-metadata-directive')
  const retag = directive(request, 'x-amz-tagging-directive')
  if (from === bucket && source.key === request.key && !replace) {
    throw new S3Error(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    )
  }
  const algorithm = wantedAlgorithm(request)
  const precondition = writable(request)
  const head = from.head(source.key)
  if (!head) throw new S3Error('NoSuchKey', undefined, { Key: source.key })
  copyable(request, head)
  const own = describeRequest(request)
  const { tagging: _, ...ownWithoutTags } = own
  const tagging = retag ? own.tagging : head.tagging
  const description = replace ? ownWithoutTags : { headers: head.headers, metadata: head.metadata }
  const opened = from.open(source.key)
  if (!opened) throw new S3Error('NoSuchKey', undefined, { Key: source.key })
  const body = measure(contentOf(opened), {
    maxSize: limits.maxSize,
    size: head.size,
    algorithm: algorithm ?? head.checksum.algorithm,
  })
  const staged = await bucket.stage(body.chunks)
  const meta = await publish(
    bucket,
    staged,
    () => {
      const { size, md5, checksum } = body.measured()
      const modified = limits.now().getTime()
      const etag = md5.toString('hex')
      return {
        ...description,
        ...(tagging ? { tagging } : {}),
        key: request.key,
        size,
        etag,
        modified,
        checksum,
      }
    },
    precondition,
  )
  const result: XmlNode[] = [
    ['ETag', `"${meta.etag}"`],
    ['LastModified', new Date(meta.modified).toISOString()],
    [`Checksum${meta.checksum.algorithm.toUpperCase()}`, meta.checksum.value],
    ['ChecksumType', meta.checksum.type],
  ]
  return xmlAnswer(xmlDocument('CopyObjectResult', result))
}
