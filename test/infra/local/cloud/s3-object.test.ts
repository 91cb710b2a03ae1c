import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { signed } from './s3-signed.ts'
import { bucket, refusal, s3Stand } from './s3-stand.ts'

const Bucket = bucket
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('base64')
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

function crc(text: string): string {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(crc32(text))
  return out.toString('base64')
}

describe('storing an object', () => {
  it('gives back the content, its type, its metadata and its tags', async () => {
    const { client } = await s3Stand()
    const put = await client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'a/đơn số 1.pdf',
        Body: 'hello',
        ContentType: 'application/pdf',
        ContentDisposition: 'inline',
        Metadata: { sealed: 'yes' },
        Tagging: 'kind=form&year=2026',
      }),
    )
    expect(put.ETag).toBe(`"${md5('hello')}"`)
    expect(put.ChecksumCRC32).toBe(crc('hello'))
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a/đơn số 1.pdf' }))
    expect(await got.Body?.transformToString()).toBe('hello')
    expect(got).toMatchObject({
      ContentType: 'application/pdf',
      ContentDisposition: 'inline',
      Metadata: { sealed: 'yes' },
      ContentLength: 5,
      TagCount: 2,
    })
    const tags = await client.send(new GetObjectTaggingCommand({ Bucket, Key: 'a/đơn số 1.pdf' }))
    expect(tags.TagSet).toContainEqual({ Key: 'year', Value: '2026' })
    await client.send(new HeadBucketCommand({ Bucket }))
    expect((await client.send(new ListBucketsCommand({}))).Buckets?.map((each) => each.Name)).toEqual([
      Bucket,
    ])
  })

  it('stores a stream without its framing', async () => {
    const { client } = await s3Stand()
    const body = Buffer.alloc(300_000, 'đơn ')
    const stream = Readable.from([body.subarray(0, 70_000), body.subarray(70_000)])
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: stream, ContentLength: body.length }))
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true)
    expect(got.ContentEncoding).toBeUndefined()
  })

  it.each(['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const)(
    'agrees with the client on %s',
    async (algorithm) => {
      const { client } = await s3Stand()
      await client.send(
        new PutObjectCommand({ Bucket, Key: 'k', Body: '123456789', ChecksumAlgorithm: algorithm }),
      )
      const stream = Readable.from([Buffer.from('12345'), Buffer.from('6789')])
      await client.send(
        new PutObjectCommand({
          Bucket,
          Key: 's',
          Body: stream,
          ContentLength: 9,
          ChecksumAlgorithm: algorithm,
        }),
      )
      const got = await client.send(new GetObjectCommand({ Bucket, Key: 's', ChecksumMode: 'ENABLED' }))
      expect(await got.Body?.transformToString()).toBe('123456789')
    },
  )

  it('computes CRC64NVME where no checksum was sent', async () => {
    const { port, client } = await s3Stand()
    expect((await signed(port, { method: 'PUT', path: `/${bucket}/k`, body: '123456789' })).status).toBe(200)
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
    expect(head.ChecksumCRC64NVME).toBe(Buffer.from('ae8b14860a799888', 'hex').toString('base64'))
  })

  it('tells the checksum and the length without the content', async () => {
    const { client } = await s3Stand()
    await client.send(
      new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumSHA256: sha256('hello') }),
    )
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({
      ChecksumSHA256: sha256('hello'),
      ContentLength: 5,
      ChecksumType: 'FULL_OBJECT',
    })
    expect(head.LastModified?.getTime()).toBeGreaterThan(Date.now() - 60_000)
    const quiet = await client.send(new HeadObjectCommand({ Bucket, Key: 'k' }))
    expect(quiet.ChecksumSHA256).toBeUndefined()
  })

  it('stores nothing under a wrong checksum', async () => {
    const { client, port, directory } = await s3Stand()
    const wrong = new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello', ChecksumSHA256: sha256('hallo') })
    expect(await refusal(client.send(wrong))).toEqual({ name: 'BadDigest', status: 400 })
    const put = (headers: Record<string, string>, body = 'hello', payload?: string) =>
      signed(port, { method: 'PUT', path: `/${bucket}/k`, headers, body, ...(payload ? { payload } : {}) })
    expect((await put({ 'content-md5': createHash('md5').update('x').digest('base64') })).code).toBe(
      'BadDigest',
    )
    expect((await put({ 'content-md5': 'nonsense' })).code).toBe('InvalidDigest')
    expect((await put({ 'x-amz-checksum-crc32': crc('x') })).code).toBe('BadDigest')
    expect((await put({ 'x-amz-checksum-sha256': 'AAAA' })).code).toBe('InvalidRequest')
    const two = { 'x-amz-checksum-sha256': sha256('hello'), 'x-amz-checksum-crc32': crc('hello') }
    expect((await put(two)).code).toBe('InvalidRequest')
    expect((await put({ 'x-amz-sdk-checksum-algorithm': 'CRC32' })).code).toBe('InvalidRequest')
    expect((await put({}, 'hello', '0'.repeat(64))).code).toBe('XAmzContentSHA256Mismatch')
    expect((await put({}, 'hello', 'nonsense')).code).toBe('InvalidArgument')
    expect((await put({}, 'hello', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD')).status).toBe(501)
    expect((await refusal(client.send(new HeadObjectCommand({ Bucket, Key: 'k' })))).status).toBe(404)
    expect(readdirSync(join(directory, bucket, 'tmp'))).toEqual([])
  })

  it('verifies the framing of a streamed body', async () => {
    const { port, client } = await s3Stand()
    const put = (body: string, decoded = '5', trailer = 'x-amz-checksum-crc32') =>
      signed(port, {
        method: 'PUT',
        path: `/${bucket}/k`,
        body,
        payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        headers: {
          'content-encoding': 'aws-chunked',
          'x-amz-decoded-content-length': decoded,
          'x-amz-trailer': trailer,
        },
      })
    const good = `3\r\nhel\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:${crc('hello')}\r\n\r\n`
    expect((await put(good.replace(crc('hello'), crc('x')))).code).toBe('BadDigest')
    expect((await put(good, '6')).code).toBe('IncompleteBody')
    expect((await put(good, '4')).code).toBe('IncompleteBody')
    expect((await put(good, 'x')).status).toBe(411)
    expect((await put(good, '5', 'x-amz-checksum-md4')).code).toBe('InvalidRequest')
    expect((await put('3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n')).code).toBe('MalformedTrailerError')
    expect((await put('3\r\nhelXX2\r\nlo\r\n0\r\n\r\n')).status).toBe(400)
    expect((await put('zz\r\nhello\r\n0\r\n\r\n')).status).toBe(400)
    expect((await put('5\r\nhel')).code).toBe('IncompleteBody')
    expect((await put(`${good}more`)).code).toBe('IncompleteBody')
    expect((await refusal(client.send(new HeadObjectCommand({ Bucket, Key: 'k' })))).status).toBe(404)
    expect((await put(good)).status).toBe(200)
  })

  it('does not overwrite where the writer forbids it, even when two write at once', async () => {
    const { client } = await s3Stand()
    const put = (text: string) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'once', Body: text, IfNoneMatch: '*' }))
    const outcomes = await Promise.allSettled([put('a'), put('b'), put('c'), put('d')])
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1)
    expect(await refusal(put('e'))).toEqual({ name: 'PreconditionFailed', status: 412 })
    const etag = (await client.send(new HeadObjectCommand({ Bucket, Key: 'once' }))).ETag
    const swap = (match: string | undefined) =>
      client.send(new PutObjectCommand({ Bucket, Key: 'once', Body: 'new', IfMatch: match }))
    await swap(etag)
    expect((await refusal(swap(etag))).status).toBe(412)
  })

  it('refuses what is too large, with or without a length told beforehand', async () => {
    const { client, port, failures } = await s3Stand({ maxObjectBytes: 1000 })
    const big = new PutObjectCommand({ Bucket, Key: 'k', Body: Buffer.alloc(1001) })
    expect(await refusal(client.send(big))).toEqual({ name: 'EntityTooLarge', status: 400 })
    const chunk = `7d0\r\n${'x'.repeat(2000)}\r\n0\r\n\r\n`
    const headers = { 'x-amz-decoded-content-length': '10' }
    const lying = await signed(port, {
      method: 'PUT',
      path: `/${bucket}/k`,
      body: chunk,
      headers,
      payload: 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    })
    expect(lying.code).toBe('EntityTooLarge')
    const Metadata = { note: 'x'.repeat(2100) }
    const heavy = new PutObjectCommand({ Bucket, Key: 'k', Body: '', Metadata })
    expect((await refusal(client.send(heavy))).name).toBe('MetadataTooLarge')
    expect(failures).toEqual([])
  })
})

describe('keys', () => {
  const keys = [
    '../../escape',
    '/lead',
    'a//b',
    'a/../b',
    '.',
    'tab\tand\nline',
    "quote'(x)!*~+ %25&=",
    'Đơn xin cấp 𝟙',
    'x'.repeat(1024),
  ]
  it.each(keys)('keeps %j inside of the directory and gives it back', async (Key) => {
    const { client, directory } = await s3Stand()
    await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    const got = await client.send(new GetObjectCommand({ Bucket, Key }))
    expect(await got.Body?.transformToString()).toBe(Key)
    expect(readdirSync(directory)).toEqual([bucket])
    expect(readdirSync(join(directory, bucket)).sort()).toEqual(['objects', 'tmp', 'uploads'])
  })

  it('refuses a key of more than 1024 bytes, counted as bytes', async () => {
    const { client } = await s3Stand()
    for (const Key of ['x'.repeat(1025), 'đ'.repeat(513)]) {
      const put = client.send(new PutObjectCommand({ Bucket, Key, Body: '' }))
      expect(await refusal(put)).toEqual({ name: 'KeyTooLongError', status: 400 })
    }
  })

  it('refuses names of buckets that are none', async () => {
    const { client } = await s3Stand()
    const put = (name: string) => client.send(new PutObjectCommand({ Bucket: name, Key: 'k', Body: '' }))
    expect(await refusal(put('absent'))).toEqual({ name: 'NoSuchBucket', status: 404 })
    expect((await s3Stand()).failures).toEqual([])
  })
})
