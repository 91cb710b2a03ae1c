import { type Answer, xmlAnswer } from './s3-answer.ts'
import { openBody, readText } from './s3-body.ts'
import { S3Error } from './s3-error.ts'
import { checkKey } from './s3-object.ts'
import type { S3Request } from './s3-request.ts'
import type { Bucket } from './s3-storage.ts'
import { childText, parseXml, type XmlNode, xmlDocument } from './s3-xml.ts'

const maxDocument = 4 * 1024 * 1024

export function deleteObject(bucket: Bucket, request: S3Request): Answer {
  checkKey(request.key)
  bucket.remove(request.key)
  return { status: 204, headers: {} }
}

/** Deletes up to a thousand objects; those that are not there count as deleted. */
export async function deleteObjects(bucket: Bucket, request: S3Request, payload: string): Promise<Answer> {
  const guarded = request.header('content-md5') ?? request.header('x-amz-sdk-checksum-algorithm')
  const checksum = Object.keys(request.raw.headers).some((name) => name.startsWith('x-amz-checksum-'))
  if (guarded === undefined && !checksum) {
    throw new S3Error(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    )
  }
  const root = parseXml(await readText(openBody(request, payload, maxDocument)))
  const objects = root.children.filter((element) => element.name === 'Object')
  const keys = objects.map((element) => childText(element, 'Key') ?? '')
  if (root.name !== 'Delete' || keys.length === 0 || keys.length > 1000 || keys.includes('')) {
    throw new S3Error('MalformedXML')
  }
  for (const key of keys) bucket.remove(key)
  const quiet = childText(root, 'Quiet')?.trim() === 'true'
  const nodes = quiet ? [] : keys.map((key): XmlNode => ['Deleted', [['Key', key]]])
  return xmlAnswer(xmlDocument('DeleteResult', nodes))
}
