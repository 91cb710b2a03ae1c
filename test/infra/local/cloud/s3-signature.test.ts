import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { describe, expect, it } from 'vitest'
import { signed } from './s3-signed.ts'
import { bucket, raw, refusal, s3Stand } from './s3-stand.ts'

const Bucket = bucket
const path = `/${bucket}/k`

describe('a signed request', () => {
  it('is refused without a signature, with a stranger and with a wrong secret', async () => {
    const { port, clientWith } = await s3Stand()
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      expect((await raw(port, method, path, { 'content-length': '0' })).status).toBe(403)
    }
    expect((await raw(port, 'GET', path)).code).toBe('AccessDenied')
    const get = new GetObjectCommand({ Bucket, Key: 'k' })
    const stranger = clientWith({ credentials: { accessKeyId: 'other', secretAccessKey: 'x' } })
    expect(await refusal(stranger.send(get))).toEqual({ name: 'InvalidAccessKeyId', status: 403 })
    const wrong = clientWith({ credentials: { accessKeyId: 'local', secretAccessKey: 'x' } })
    expect(await refusal(wrong.send(get))).toEqual({ name: 'SignatureDoesNotMatch', status: 403 })
  })

  it('is verified in every part', async () => {
    const { port } = await s3Stand()
    const put = (more: object) => signed(port, { method: 'PUT', path, body: 'x', ...more })
    expect((await put({})).status).toBe(200)
    expect(
      (await put({ signature: (right: string) => right.replace(/.$/, (c) => (c === '0' ? '1' : '0')) })).code,
    ).toBe('SignatureDoesNotMatch')
    expect((await put({ signature: () => '' })).code).toBe('AuthorizationHeaderMalformed')
    expect((await put({ scope: { region: 'eu-west-1' } })).code).toBe('AuthorizationHeaderMalformed')
    expect((await put({ scope: { service: 'sqs' } })).code).toBe('AuthorizationHeaderMalformed')
    expect((await put({ scope: { date: '20200101' } })).code).toBe('AuthorizationHeaderMalformed')
    expect((await put({ scope: { accessKeyId: 'a/b' } })).code).toBe('InvalidAccessKeyId')
    expect((await put({ unsigned: { 'x-amz-meta-slipped-in': 'x' } })).code).toBe('AccessDenied')
    expect((await put({ headers: { 'x-amz-meta-a': '1' }, unsigned: { 'x-amz-meta-a': '2' } })).code).toBe(
      'SignatureDoesNotMatch',
    )
    expect((await put({ headers: { 'x-amz-security-token': 'x' } })).code).toBe('InvalidToken')
    expect((await raw(port, 'GET', path, { authorization: 'Basic eDp5' })).status).toBe(400)
    expect((await raw(port, 'GET', path, { authorization: 'AWS4-HMAC-SHA256 x' })).status).toBe(400)
  })

  it('is good for fifteen minutes of the given clock', async () => {
    const at = new Date('2026-03-01T00:00:00Z')
    const { port } = await s3Stand({ now: () => at })
    const put = (offsetMinutes: number) =>
      signed(port, { method: 'PUT', path, now: new Date(at.getTime() + offsetMinutes * 60_000) })
    expect((await put(14)).status).toBe(200)
    expect((await put(-14)).status).toBe(200)
    expect((await put(16)).code).toBe('RequestTimeTooSkewed')
    const late = await put(-16)
    expect(late.code).toBe('RequestTimeTooSkewed')
    expect(late.headers.date).toBe(at.toUTCString())
  })

  it('is not taken for an object when it names a part of S3 that is not served', async () => {
    const { port, client } = await s3Stand()
    for (const query of ['acl=', 'retention=', 'versionId=1', 'tagging=', 'partNumber=1']) {
      expect((await signed(port, { method: 'PUT', path, query, body: 'x' })).status).toBe(501)
    }
    expect((await signed(port, { method: 'PATCH', path })).code).toBe('MethodNotAllowed')
    expect((await raw(port, 'GET', '/papers/%E0%A4%A')).code).toBe('InvalidURI')
    expect((await refusal(client.send(new HeadObjectCommand({ Bucket, Key: 'k' })))).status).toBe(404)
  })
})

describe('a presigned address', () => {
  it('opens one object, for its time, under the given name and type', async () => {
    let at = new Date()
    const { client, port, url } = await s3Stand({ now: () => at })
    await client.send(new PutObjectCommand({ Bucket, Key: 'đơn 1', Body: 'hello' }))
    const get = new GetObjectCommand({
      Bucket,
      Key: 'đơn 1',
      ResponseContentDisposition: 'attachment; filename="to khai.pdf"',
      ResponseContentType: 'application/pdf',
    })
    const address = (await getSignedUrl(client, get, { expiresIn: 60 })).slice(url.length)
    const got = await raw(port, 'GET', address)
    expect(got.text).toBe('hello')
    expect(got.headers).toMatchObject({
      'content-disposition': 'attachment; filename="to khai.pdf"',
      'content-type': 'application/pdf',
    })
    expect((await raw(port, 'GET', address.replace('60', '600'))).code).toBe('SignatureDoesNotMatch')
    expect((await raw(port, 'GET', address.replace('pdf', 'exe'))).code).toBe('SignatureDoesNotMatch')
    expect((await raw(port, 'GET', `${address}&uploadId=1`)).code).toBe('SignatureDoesNotMatch')
    expect((await raw(port, 'DELETE', address)).code).toBe('SignatureDoesNotMatch')
    expect((await raw(port, 'GET', address.replace(/&X-Amz-Signature=[^&]*/, ''))).code).toBe(
      'AuthorizationQueryParametersError',
    )
    expect((await raw(port, 'GET', address, { 'x-amz-meta-a': '1' })).code).toBe('AccessDenied')
    expect((await raw(port, 'GET', address, { authorization: 'AWS4-HMAC-SHA256 x' })).code).toBe(
      'InvalidArgument',
    )
    at = new Date(at.getTime() + 62_000)
    expect((await raw(port, 'GET', address)).text).toContain('Request has expired')
    at = new Date(at.getTime() - 3_600_000)
    expect((await raw(port, 'GET', address)).text).toContain('not yet valid')
    const forEver = await raw(port, 'GET', address.replace('X-Amz-Expires=60', 'X-Amz-Expires=604801'))
    expect(forEver.code).toBe('AuthorizationQueryParametersError')
  })

  it('takes an upload whose checksum it fixes', async () => {
    const { clientWith, port, url } = await s3Stand()
    const client = clientWith({ requestChecksumCalculation: 'WHEN_REQUIRED' })
    const ChecksumSHA256 = 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='
    const put = new PutObjectCommand({ Bucket, Key: 'k', ChecksumSHA256 })
    const address = (await getSignedUrl(client, put, { expiresIn: 60 })).slice(url.length)
    expect((await raw(port, 'PUT', address, { 'content-length': '5' }, 'hallo')).code).toBe('BadDigest')
    expect((await raw(port, 'PUT', address, { 'content-length': '5' }, 'hello')).status).toBe(200)
  })
})
