import { createReadStream } from 'node:fs'
import { type Answer, xmlAnswer } from './s3-answer.ts'
import { claimedChecksum, measure, openBody, readText } from './s3-body.ts'
import { type Checksum, checksumAlgorithms, startDigest } from './s3-checksum.ts'
import { writable } from './s3-condition.ts'
import { S3Error } from './s3-error.ts'
import { publish } from './s3-object.ts'
import type { S3Request } from './s3-request.ts'
import type { Bucket, ObjectMeta } from './s3-storage.ts'
import { findUpload, listParts, openPart, type Part, removeUpload, type Upload } from './s3-upload-storage.ts'
import { childText, parseXml, type XmlNode, xmlDocument } from './s3-xml.ts'

const minPart = 5 * 1024 * 1024
const maxDocument = 4 * 1024 * 1024

type Named = { number: number; etag: string; checksums: Map<string, string> }

function readNamed(source: string): Named[] {
  const root = parseXml(source)
  if (root.name !== 'CompleteMultipartUpload') throw new S3Error('MalformedXML')
  const named = root.children.map((element) => {
    const number = childText(element, 'PartNumber')?.trim() ?? ''
    const etag = childText(element, 'ETag')?.trim().replaceAll('"', '')
    if (element.name !== 'Part' || !/^\d{1,5}$/.test(number) || !etag) throw new S3Error('MalformedXML')
    if (Number(number) < 1 || Number(number) > 10_000) throw new S3Error('MalformedXML')
    const checksums = new Map<string, string>()
    for (const algorithm of checksumAlgorithms) {
      const value = childText(element, `Checksum${algorithm.toUpperCase()}`)
      if (value !== undefined) checksums.set(algorithm, value.trim())
    }
    return { number: Number(number), etag, checksums }
  })
  if (named.length === 0 || named.length > 10_000) throw new S3Error('MalformedXML')
  return named
}

function choose(upload: Upload, stored: readonly Part[], named: readonly Named[]): Part[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]))
  let previous = 0
  for (const { number } of named) {
    if (number <= previous) throw new S3Error('InvalidPartOrder', undefined, { UploadId: upload.id })
    previous = number
  }
  const parts = named.map(({ number, etag, checksums }) => {
    const part = byNumber.get(number)
    const refuse = new S3Error('InvalidPart', undefined, {
      UploadId: upload.id,
      PartNumber: String(number),
      ETag: etag,
    })
    if (!part || part.etag !== etag) throw refuse
    if (upload.type === 'COMPOSITE' && checksums.size === 0) {
      throw new S3Error(
        'InvalidRequest',
        `The upload was created using a ${upload.algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`,
      )
    }
    for (const [algorithm, value] of checksums) {
      if (algorithm !== part.checksum.algorithm || value !== part.checksum.value) throw refuse
    }
    return part
  })
  for (const part of parts.slice(0, -1)) {
    if (part.size >= minPart) continue
    throw new S3Error('EntityTooSmall', undefined, {
      ProposedSize: String(part.size),
      MinSizeAllowed: String(minPart),
      PartNumber: String(part.number),
      ETag: part.etag,
    })
  }
  return parts
}

async function* content(bucket: Bucket, upload: Upload, parts: readonly Part[]): AsyncGenerator<Buffer> {
  for (const part of parts) {
    const fd = openPart(bucket, upload, part.number)
    // A part of no bytes still has its descriptor to close.
    const stream = createReadStream('', { fd, start: 0, end: Math.max(0, part.size - 1) })
    if (part.size === 0) stream.destroy()
    else yield* stream
  }
}

function compositeOf(upload: Upload, parts: readonly Part[], whole: Checksum): Checksum {
  if (upload.type === 'FULL_OBJECT' || upload.algorithm === undefined) return whole
  const digest = startDigest(upload.algorithm)
  for (const part of parts) digest.update(Buffer.from(part.checksum.value, 'base64'))
  const value = `${digest.finish().toString('base64')}-${parts.length}`
  return { algorithm: upload.algorithm, value, type: 'COMPOSITE' }
}

function etagOf(parts: readonly Part[]): string {
  const digest = startDigest('md5')
  for (const part of parts) digest.update(Buffer.from(part.etag, 'hex'))
  return `${digest.finish().toString('hex')}-${parts.length}`
}

function completed(bucket: Bucket, meta: ObjectMeta): Answer {
  const nodes: XmlNode[] = [
    ['Location', `/${bucket.name}/${meta.key}`],
    ['Bucket', bucket.name],
    ['Key', meta.key],
    ['ETag', `"${meta.etag}"`],
    [`Checksum${meta.checksum.algorithm.toUpperCase()}`, meta.checksum.value],
    ['ChecksumType', meta.checksum.type],
  ]
  return xmlAnswer(xmlDocument('CompleteMultipartUploadResult', nodes))
}

/** Joins the named parts into the object. Asked again after it succeeded, it gives the same answer. */
export async function completeUpload(
  bucket: Bucket,
  request: S3Request,
  payload: string,
  limits: { maxSize: number; now: () => Date },
): Promise<Answer> {
  const id = request.param('uploadId') ?? ''
  const claimed = claimedChecksum(request.header)
  // On this request the checksum header speaks of the object and not of the XML, so it is not the body's claim.
  const ownHeader = (name: string) =>
    /^x-amz-(checksum-|sdk-)/.test(name) ? undefined : request.header(name)
  const named = readNamed(await readText(openBody({ ...request, header: ownHeader }, payload, maxDocument)))
  const upload = findUpload(bucket, request.key, id)
  if (!upload) {
    const made = bucket.head(request.key)
    if (made?.uploadId === id && id !== '') return completed(bucket, made)
    throw new S3Error('NoSuchUpload', undefined, { UploadId: id })
  }
  const precondition = writable(request)
  const parts = choose(upload, listParts(bucket, upload), named)
  const algorithm = upload.algorithm ?? claimed?.algorithm
  const body = measure(content(bucket, upload, parts), {
    maxSize: limits.maxSize,
    size: parts.reduce((sum, part) => sum + part.size, 0),
    ...(algorithm ? { algorithm } : {}),
  })
  const staged = await bucket.stage(body.chunks)
  const meta = await publish(
    bucket,
    staged,
    () => {
      const { size, checksum: whole } = body.measured()
      const checksum = compositeOf(upload, parts, whole)
      if (claimed && (claimed.algorithm !== checksum.algorithm || claimed.value !== checksum.value)) {
        throw new S3Error(
          'BadDigest',
          `The ${claimed.algorithm} you specified did not match the calculated checksum.`,
        )
      }
      const { headers, metadata, tagging } = upload
      return {
        key: upload.key,
        size,
        etag: etagOf(parts),
        modified: limits.now().getTime(),
        headers,
        metadata,
        ...(tagging ? { tagging } : {}),
        checksum,
        uploadId: upload.id,
      }
    },
    precondition,
  )
  removeUpload(bucket, upload)
  return completed(bucket, meta)
}
