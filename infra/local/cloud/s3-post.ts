import { type Answer, xmlAnswer } from './s3-answer.ts'
import { claimedChecksum, claimedMd5, measure, rawChunks } from './s3-body.ts'
import { S3Error } from './s3-error.ts'
import { formBoundary, readForm } from './s3-form.ts'
import { checkKey, checksumHeaders, describe, publish } from './s3-object.ts'
import { verifyPolicy } from './s3-policy.ts'
import type { S3Request } from './s3-request.ts'
import type { SignatureRules } from './s3-signature.ts'
import type { Bucket, ObjectMeta } from './s3-storage.ts'
import { xmlDocument } from './s3-xml.ts'

function acknowledge(fields: ReadonlyMap<string, string>, bucket: Bucket, meta: ObjectMeta): Answer {
  const etag = `"${meta.etag}"`
  const location = `/${bucket.name}/${meta.key.split('/').map(encodeURIComponent).join('/')}`
  const headers = { etag, location, 'x-amz-server-side-encryption': 'AES256', ...checksumHeaders(meta) }
  const redirect = fields.get('success_action_redirect')
  if (redirect && URL.canParse(redirect)) {
    const target = new URL(redirect)
    target.searchParams.set('bucket', bucket.name)
    target.searchParams.set('key', meta.key)
    target.searchParams.set('etag', etag)
    return { status: 303, headers: { ...headers, location: target.href } }
  }
  const status = fields.get('success_action_status')
  if (status === '200') return { status: 200, headers }
  if (status !== '201') return { status: 204, headers }
  const body = xmlDocument('PostResponse', [
    ['Location', location],
    ['Bucket', bucket.name],
    ['Key', meta.key],
    ['ETag', etag],
  ])
  return { ...xmlAnswer(body, headers), status: 201 }
}

/** A browser's upload: one form whose policy says beforehand what may be stored, where, and until when. */
export async function postObject(
  bucket: Bucket,
  request: S3Request,
  rules: SignatureRules,
  maxSize: number,
): Promise<Answer> {
  const form = await readForm(rawChunks(request), formBoundary(request.header('content-type')))
  const template = form.fields.get('key')
  if (template === undefined || template === '') {
    throw new S3Error(
      'InvalidArgument',
      "Bucket POST must contain a field named 'key'. If it is specified, please check the order of the fields.",
      { ArgumentName: 'key' },
    )
  }
  const key = template.replaceAll(/\$\{filename\}/g, () => form.fileName)
  const fields = new Map([...form.fields, ['key', key] as const])
  const range = verifyPolicy(fields, bucket.name, rules)
  checkKey(key)
  const lookup = (name: string) => fields.get(name)
  const description = describe(lookup, [...fields.keys()])
  const claimed = claimedChecksum(lookup)
  const body = measure(form.file, {
    maxSize: Math.min(maxSize, range.max),
    ...claimedMd5(fields.get('content-md5')),
    ...(claimed ? { algorithm: claimed.algorithm, checksum: () => claimed.value } : {}),
  })
  const staged = await bucket.stage(body.chunks)
  const meta = await publish(bucket, staged, () => {
    const { size, md5, checksum } = body.measured()
    if (size < range.min) {
      throw new S3Error('EntityTooSmall', undefined, {
        ProposedSize: String(size),
        MinSizeAllowed: String(range.min),
      })
    }
    const modified = rules.now().getTime()
    return { ...description, key, size, etag: md5.toString('hex'), modified, checksum }
  })
  return acknowledge(fields, bucket, meta)
}
