import { type Answer, xmlAnswer } from './s3-answer.ts'
import { openBody } from './s3-body.ts'
import type { ChecksumAlgorithm } from './s3-checksum.ts'
import { wantedAlgorithm } from './s3-copy.ts'
import { S3Error } from './s3-error.ts'
import { pageSize } from './s3-list.ts'
import { checkKey, checksumHeaders, describeRequest } from './s3-object.ts'
import { discardRecord } from './s3-record.ts'
import type { S3Request } from './s3-request.ts'
import type { Bucket } from './s3-storage.ts'
import {
  createUpload,
  findUpload,
  listParts,
  listUploads,
  type Part,
  putPart,
  removeUpload,
  type Upload,
} from './s3-upload-storage.ts'
import { type XmlNode, xmlDocument } from './s3-xml.ts'

/** The upload a request names, or NoSuchUpload: an id is good only together with its own key. */
export function needUpload(bucket: Bucket, request: S3Request): Upload {
  const id = request.param('uploadId') ?? ''
  const upload = findUpload(bucket, request.key, id)
  if (!upload) throw new S3Error('NoSuchUpload', undefined, { UploadId: id })
  return upload
}

function checksumType(request: S3Request, algorithm: ChecksumAlgorithm | undefined): Upload['type'] {
  const asked = request.header('x-amz-checksum-type')?.toUpperCase()
  const whole = algorithm === undefined || algorithm === 'crc64nvme'
  const digest = algorithm === 'sha1' || algorithm === 'sha256'
  if (asked === undefined) return whole ? 'FULL_OBJECT' : 'COMPOSITE'
  if ((asked === 'FULL_OBJECT' && digest) || (asked === 'COMPOSITE' && whole)) {
    throw new S3Error(
      'InvalidRequest',
      `The ${asked} checksum type cannot be used with the ${algorithm ?? 'default'} checksum algorithm.`,
    )
  }
  if (asked !== 'FULL_OBJECT' && asked !== 'COMPOSITE') {
    throw new S3Error('InvalidRequest', 'Value for x-amz-checksum-type header is invalid.')
  }
  return asked
}

export function createMultipartUpload(bucket: Bucket, request: S3Request, now: () => Date): Answer {
  checkKey(request.key)
  const algorithm = wantedAlgorithm(request)
  const upload = createUpload(bucket, {
    ...describeRequest(request),
    key: request.key,
    initiated: now().getTime(),
    ...(algorithm ? { algorithm } : {}),
    type: checksumType(request, algorithm),
  })
  const body = xmlDocument('InitiateMultipartUploadResult', [
    ['Bucket', bucket.name],
    ['Key', upload.key],
    ['UploadId', upload.id],
  ])
  const headers: Record<string, string> = { 'x-amz-server-side-encryption': 'AES256' }
  if (algorithm) {
    headers['x-amz-checksum-algorithm'] = algorithm.toUpperCase()
    headers['x-amz-checksum-type'] = upload.type
  }
  return xmlAnswer(body, headers)
}

function partNumber(request: S3Request): number {
  const text = request.param('partNumber') ?? ''
  const number = Number(text)
  if (!/^\d{1,5}$/.test(text) || number < 1 || number > 10_000) {
    throw new S3Error('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive', {
      ArgumentName: 'partNumber',
      ArgumentValue: text,
    })
  }
  return number
}

export async function uploadPart(
  bucket: Bucket,
  request: S3Request,
  payload: string,
  limits: { maxSize: number; now: () => Date },
): Promise<Answer> {
  const number = partNumber(request)
  const upload = needUpload(bucket, request)
  const body = openBody(request, payload, limits.maxSize)
  const staged = await bucket.stage(body.chunks)
  const { size, md5, checksum } = body.measured()
  if (upload.algorithm !== undefined && upload.algorithm !== checksum.algorithm) {
    await discardRecord(staged)
    throw new S3Error(
      'InvalidRequest',
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm}, actual checksum Type: ${checksum.algorithm}`,
    )
  }
  const part: Part = { number, size, etag: md5.toString('hex'), modified: limits.now().getTime(), checksum }
  await putPart(bucket, upload, staged, part)
  const { 'x-amz-checksum-type': _, ...headers } = checksumHeaders(part)
  return { status: 200, headers: { etag: `"${part.etag}"`, ...headers } }
}

export function abortUpload(bucket: Bucket, request: S3Request): Answer {
  removeUpload(bucket, needUpload(bucket, request))
  return { status: 204, headers: {} }
}

export function listPartsOf(bucket: Bucket, request: S3Request): Answer {
  const upload = needUpload(bucket, request)
  const limit = pageSize(request, 'max-parts')
  const marker = Number(request.param('part-number-marker') ?? 0)
  const left = listParts(bucket, upload).filter((part) => part.number > marker)
  const page = left.slice(0, limit)
  const nodes: XmlNode[] = [
    ['Bucket', bucket.name],
    ['Key', upload.key],
    ['UploadId', upload.id],
    ['PartNumberMarker', marker || 0],
    ['NextPartNumberMarker', page.at(-1)?.number ?? 0],
    ['MaxParts', limit],
    ['IsTruncated', left.length > page.length],
    ...(upload.algorithm ? [['ChecksumAlgorithm', upload.algorithm.toUpperCase()] as const] : []),
    ['ChecksumType', upload.type],
    ...page.map(
      (part): XmlNode => [
        'Part',
        [
          ['PartNumber', part.number],
          ['LastModified', new Date(part.modified).toISOString()],
          ['ETag', `"${part.etag}"`],
          ['Size', part.size],
          [`Checksum${part.checksum.algorithm.toUpperCase()}`, part.checksum.value],
        ],
      ],
    ),
  ]
  return xmlAnswer(xmlDocument('ListPartsResult', nodes))
}

export function listUploadsOf(bucket: Bucket, request: S3Request): Answer {
  const prefix = request.param('prefix') ?? ''
  const limit = pageSize(request, 'max-uploads')
  const keyMarker = request.param('key-marker') ?? ''
  const idMarker = request.param('upload-id-marker') ?? ''
  const all = listUploads(bucket).filter((upload) => upload.key.startsWith(prefix))
  const at = all.findIndex((upload) => upload.key === keyMarker && upload.id === idMarker)
  const marker = Buffer.from(keyMarker)
  const left = at >= 0 ? all.slice(at + 1) : all.filter((u) => Buffer.compare(Buffer.from(u.key), marker) > 0)
  const page = left.slice(0, limit)
  const last = page.at(-1)
  const nodes: XmlNode[] = [
    ['Bucket', bucket.name],
    ['KeyMarker', keyMarker],
    ['UploadIdMarker', idMarker],
    ...(last
      ? ([
          ['NextKeyMarker', last.key],
          ['NextUploadIdMarker', last.id],
        ] as XmlNode[])
      : []),
    ['Prefix', prefix],
    ['MaxUploads', limit],
    ['IsTruncated', left.length > page.length],
    ...page.map(
      (upload): XmlNode => [
        'Upload',
        [
          ['Key', upload.key],
          ['UploadId', upload.id],
          ['StorageClass', 'STANDARD'],
          ['Initiated', new Date(upload.initiated).toISOString()],
        ],
      ],
    ),
  ]
  return xmlAnswer(xmlDocument('ListMultipartUploadsResult', nodes))
}
