import { createHash, createHmac } from 'node:crypto'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post'
import { describe, expect, it } from 'vitest'
import { bucket, credentials, type Reply, raw, refusal, region, type S3Stand, s3Stand } from './s3-stand.ts'

type Fields = Record<string, string>
const sha256 = (text: string) => createHash('sha256').update(text).digest('base64')

async function send(stand: S3Stand, fields: Fields, file: string | null, after: Fields = {}): Promise<Reply> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (file !== null) form.append('file', new Blob([file], { type: 'application/pdf' }), 'tờ "khai".pdf')
  for (const [name, value] of Object.entries(after)) form.append(name, value)
  const encoded = new Response(form)
  const body = Buffer.from(await encoded.arrayBuffer())
  const type = encoded.headers.get('content-type') ?? ''
  return raw(
    stand.port,
    'POST',
    `/${bucket}`,
    { 'content-type': type, 'content-length': String(body.length) },
    body,
  )
}

async function presign(stand: S3Stand, more: Partial<PresignedPostOptions> = {}): Promise<Fields> {
  const post = await createPresignedPost(stand.client, {
    Bucket: bucket,
    Key: 'u/1.pdf',
    Expires: 300,
    ...more,
  })
  expect(post.url.replace(/\/$/, '')).toBe(`${stand.url}/${bucket}`)
  return post.fields
}

/** Signs a policy of any content, as the one who holds the secret could. */
function withPolicy(policy: unknown, more: Fields): Fields {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '')
  const date = stamp.slice(0, 8)
  const text = typeof policy === 'string' ? policy : JSON.stringify(policy)
  const encoded = Buffer.from(text).toString('base64')
  let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`)
  for (const part of [date, region, 's3', 'aws4_request'])
    key = createHmac('sha256', key).update(part).digest()
  return {
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${credentials.accessKeyId}/${date}/${region}/s3/aws4_request`,
    'X-Amz-Date': stamp,
    Policy: encoded,
    'X-Amz-Signature': createHmac('sha256', key).update(encoded).digest('hex'),
    ...more,
  }
}

const open = [
  ['starts-with', '$x-amz-algorithm', ''],
  ['starts-with', '$x-amz-credential', ''],
  ['starts-with', '$x-amz-date', ''],
]
const expiration = '2999-01-01T00:00:00Z'

async function stored(stand: S3Stand, Key = 'u/1.pdf'): Promise<boolean> {
  const head = stand.client.send(new HeadObjectCommand({ Bucket: bucket, Key }))
  return head.then(
    () => true,
    () => false,
  )
}

describe('a form upload', () => {
  it('stores the file under its policy', async () => {
    const stand = await s3Stand()
    const fields = await presign(stand, {
      Fields: {
        'Content-Type': 'application/pdf',
        'x-amz-meta-by': 'citizen',
        'x-amz-checksum-sha256': sha256('hello'),
      },
      Conditions: [['content-length-range', 1, 10]],
    })
    const reply = await send(stand, fields, 'hello')
    expect(reply).toMatchObject({ status: 204, text: '' })
    expect(reply.headers.etag).toBe(`"${createHash('md5').update('hello').digest('hex')}"`)
    const got = await stand.client.send(
      new GetObjectCommand({ Bucket: bucket, Key: 'u/1.pdf', ChecksumMode: 'ENABLED' }),
    )
    expect(await got.Body?.transformToString()).toBe('hello')
    expect(got).toMatchObject({
      ContentType: 'application/pdf',
      Metadata: { by: 'citizen' },
      ChecksumSHA256: sha256('hello'),
    })
  })

  it.each([
    ['200', 200],
    ['201', 201],
    ['204', 204],
    ['302', 204],
  ])('answers success_action_status %s with %i', async (wanted, status) => {
    const stand = await s3Stand()
    const fields = await presign(stand, { Fields: { success_action_status: wanted } })
    const reply = await send(stand, fields, 'x')
    expect(reply.status).toBe(status)
    if (status === 201) expect(reply.text).toContain('<Key>u/1.pdf</Key>')
  })

  it('puts the name of the file into the key', async () => {
    const stand = await s3Stand()
    const placeholder = ['u/$', '{filename}'].join('')
    const fields = await presign(stand, { Key: placeholder })
    expect((await send(stand, fields, 'x')).status).toBe(204)
    expect(await stored(stand, 'u/tờ %22khai%22.pdf')).toBe(true)
  })

  it('keeps to the size', async () => {
    const stand = await s3Stand()
    const fields = await presign(stand, { Conditions: [['content-length-range', 2, 4]] })
    const large = await send(stand, fields, '12345')
    expect(large).toMatchObject({ status: 400, code: 'EntityTooLarge' })
    expect(large.text).toContain('<MaxSizeAllowed>4</MaxSizeAllowed>')
    expect(await send(stand, fields, '1')).toMatchObject({ status: 400, code: 'EntityTooSmall' })
    expect(await stored(stand)).toBe(false)
    for (const text of ['12', '1234']) expect((await send(stand, fields, text)).status).toBe(204)
  })

  it('refuses a file that the checksum is not of', async () => {
    const stand = await s3Stand()
    const fields = await presign(stand, { Fields: { 'x-amz-checksum-sha256': sha256('other') } })
    expect(await send(stand, fields, 'hello')).toMatchObject({ status: 400, code: 'BadDigest' })
    expect(await stored(stand)).toBe(false)
  })

  it('ends with its time', async () => {
    let at = new Date()
    const stand = await s3Stand({ now: () => at })
    const fields = await presign(stand)
    at = new Date(at.getTime() + 301_000)
    const reply = await send(stand, fields, 'x')
    expect(reply).toMatchObject({ status: 403, code: 'AccessDenied' })
    expect(reply.text).toContain('Policy expired')
  })

  it.each<[string, Fields, string]>([
    ['another key', { key: 'u/2.pdf' }, 'Policy Condition failed'],
    ['another type', { 'Content-Type': 'text/html' }, 'Policy Condition failed'],
    ['another bucket', { bucket: 'others' }, 'Policy Condition failed'],
    ['another checksum', { 'x-amz-checksum-sha256': sha256('evil') }, 'Policy Condition failed'],
    ['another date', { 'X-Amz-Date': '20260101T000000Z' }, 'incorrect date'],
    ['another algorithm', { 'X-Amz-Algorithm': 'AWS4-HMAC-MD5' }, 'only supports'],
    ['a field of no condition', { acl: 'public-read' }, 'Extra input fields: acl'],
    ['metadata of no condition', { 'x-amz-meta-admin': '1' }, 'Extra input fields'],
    ['a forged signature', { 'X-Amz-Signature': '0'.repeat(64) }, 'SignatureDoesNotMatch'],
    ['a token', { 'x-amz-security-token': 'x' }, 'InvalidToken'],
  ])('refuses %s', async (_, changed, words) => {
    const stand = await s3Stand()
    const fields = await presign(stand, {
      Fields: { 'Content-Type': 'application/pdf', 'x-amz-checksum-sha256': sha256('x') },
    })
    const reply = await send(stand, { ...fields, ...changed }, 'x')
    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect(reply.text).toContain(words)
    expect(await stored(stand, changed.key)).toBe(false)
  })

  it('refuses a changed policy, a missing one, a missing key and a stranger', async () => {
    const stand = await s3Stand()
    const fields = await presign(stand)
    const { Policy: policy = '', key: _key, ...rest } = fields
    const wider = Buffer.from(policy, 'base64').toString().replace('u/1.pdf', 'u/2.pdf')
    const forged = { ...fields, key: 'u/2.pdf', Policy: Buffer.from(wider).toString('base64') }
    expect((await send(stand, forged, 'x')).code).toBe('SignatureDoesNotMatch')
    expect((await send(stand, { ...rest, key: 'u/1.pdf' }, 'x')).code).toBe('AccessDenied')
    expect((await send(stand, { ...rest, Policy: policy }, 'x')).code).toBe('InvalidArgument')
    const who = (fields['X-Amz-Credential'] ?? '').replace('local', 'other')
    expect((await send(stand, { ...fields, 'X-Amz-Credential': who }, 'x')).code).toBe('InvalidAccessKeyId')
    expect((await send(stand, { ...fields, 'x-ignore-me': 'y' }, 'x')).status).toBe(204)
  })

  it('wants exactly one file, at the end', async () => {
    const stand = await s3Stand()
    const fields = await presign(stand)
    expect((await send(stand, fields, null)).code).toBe('InvalidArgument')
    expect((await send(stand, fields, 'x', { late: '1' })).code).toBe('InvalidArgument')
    expect((await send(stand, { ...fields, KEY: 'u/1.pdf' }, 'x')).code).toBe('InvalidArgument')
    expect(await stored(stand)).toBe(false)
  })

  it('needs the field of every condition', async () => {
    const stand = await s3Stand()
    const conditions = [
      ...open,
      { bucket },
      ['starts-with', '$key', 'u/'],
      ['starts-with', '$Content-Type', 'image/'],
    ]
    const post = (more: Fields) =>
      send(stand, withPolicy({ expiration, conditions }, { key: 'u/1', ...more }), 'x')
    expect((await post({})).code).toBe('AccessDenied')
    expect((await post({ 'Content-Type': 'image/png,text/html' })).code).toBe('AccessDenied')
    expect((await post({ 'Content-Type': 'image/png', key: 'v/1' })).code).toBe('AccessDenied')
    expect((await post({ 'Content-Type': 'image/png' })).status).toBe(204)
    const noBucket = { expiration, conditions: [...open, ['starts-with', '$key', 'u/']] }
    expect((await send(stand, withPolicy(noBucket, { key: 'u/1' }), 'x')).text).toContain(
      'Extra input fields: bucket',
    )
  })

  it.each([
    ['no JSON', 'nonsense'],
    ['null', 'null'],
    ['no expiration', { conditions: [] }],
    ['no conditions', { expiration }],
    ['a strange expiration', { expiration: 'tomorrow', conditions: [] }],
    ['a strange condition', { expiration, conditions: [7] }],
    ['a strange operator', { expiration, conditions: [['ends-with', '$key', 'x']] }],
    ['a strange range', { expiration, conditions: [['content-length-range', -1, 'x']] }],
    ['a short condition', { expiration, conditions: [['eq', '$key']] }],
  ])('refuses a policy with %s', async (_, policy) => {
    const stand = await s3Stand()
    expect(await send(stand, withPolicy(policy, { key: 'k' }), 'x')).toMatchObject({
      status: 400,
      code: 'InvalidPolicyDocument',
    })
    expect(stand.failures).toEqual([])
  })

  it.each([
    ['application/json', '{}'],
    ['multipart/form-data', ''],
    ['multipart/form-data; boundary=b', ''],
    ['multipart/form-data; boundary=b', '--b\r\n'],
    ['multipart/form-data; boundary=b', '--bXX'],
    ['multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="key"\r\n\r\nx'],
    ['multipart/form-data; boundary=b', 'preamble\r\n--b\r\n\r\n'],
    [
      'multipart/form-data; boundary=b',
      `--b\r\nContent-Disposition: form-data; name="k"\r\n\r\n${'x'.repeat(30_000)}\r\n--b--`,
    ],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--',
    ],
  ])('refuses a broken form (%#)', async (type, body) => {
    const stand = await s3Stand()
    const headers = { 'content-type': type, 'content-length': String(body.length) }
    const reply = await raw(stand.port, 'POST', `/${bucket}`, headers, body)
    expect(reply.status).toBe(400)
    expect(stand.failures).toEqual([])
  })

  it('finds the boundary wherever the pieces are cut', async () => {
    const stand = await s3Stand()
    const file = 'line\r\n--b\r\n----\r\n--'.repeat(30_000)
    expect((await send(stand, await presign(stand), file)).status).toBe(204)
    const got = await stand.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'u/1.pdf' }))
    expect(await got.Body?.transformToString()).toBe(file)
  })
})

describe('a browser of another origin', () => {
  it('is told what it may do, and strangers are not', async () => {
    const page = 'http://localhost:5173'
    const stand = await s3Stand({ corsOrigins: [page] })
    const ask = (origin: string, method = 'POST') =>
      raw(stand.port, 'OPTIONS', `/${bucket}`, {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type',
      })
    expect((await ask(page)).headers).toMatchObject({
      'access-control-allow-origin': page,
      'access-control-allow-headers': 'content-type',
    })
    expect(await ask('http://evil.example')).toMatchObject({ status: 403, code: 'AccessForbidden' })
    expect((await ask(page, 'DELETE')).status).toBe(403)
    expect((await raw(stand.port, 'OPTIONS', `/${bucket}`)).status).toBe(400)
    const refused = await raw(stand.port, 'GET', `/${bucket}/k`, { origin: page })
    expect(refused.headers['access-control-allow-origin']).toBe(page)
    expect(refused.headers['access-control-expose-headers']).toContain('ETag')
    const strange = await raw(stand.port, 'GET', `/${bucket}/k`, { origin: 'http://evil.example' })
    expect(strange.headers['access-control-allow-origin']).toBeUndefined()
    expect(
      (await refusal(stand.client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' })))).status,
    ).toBe(404)
  })
})
