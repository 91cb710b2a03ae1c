import { createHash } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { bucket, refusal, s3Stand, temporaryDirectory } from './s3-stand.ts'

const Bucket = bucket
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('base64')
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

describe('reading an object', () => {
  it.each([
    ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=5-999999', 206, '56789', 'bytes 5-9/10'],
    ['bytes=9-2', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['lines=1-2', 200, '0123456789', undefined],
    ['bytes=-', 200, '0123456789', undefined],
  ])('answers %s with %i', async (Range, status, text, contentRange) => {
    const { client } = await s3Stand()
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }))
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', Range }))
    expect(got.$metadata.httpStatusCode).toBe(status)
    expect(await got.Body?.transformToString()).toBe(text)
    expect(got.ContentRange).toBe(contentRange)
    expect(got.ContentLength).toBe(text.length)
  })

  it.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('refuses %s', async (Range) => {
    const { client } = await s3Stand()
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '0123456789' }))
    const get = client.send(new GetObjectCommand({ Bucket, Key: 'k', Range }))
    expect(await refusal(get)).toEqual({ name: 'InvalidRange', status: 416 })
  })

  it('has no range of an empty object, and gives the object itself', async () => {
    const { client } = await s3Stand()
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: '' }))
    expect(
      await (await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))).Body?.transformToString(),
    ).toBe('')
    const get = client.send(new GetObjectCommand({ Bucket, Key: 'k', Range: 'bytes=0-' }))
    expect((await refusal(get)).status).toBe(416)
  })

  it('honours conditions', async () => {
    const { client } = await s3Stand()
    const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    const get = (condition: object) => client.send(new GetObjectCommand({ Bucket, Key: 'k', ...condition }))
    expect((await refusal(get({ IfNoneMatch: ETag }))).status).toBe(304)
    expect((await refusal(get({ IfMatch: '"other"' }))).status).toBe(412)
    expect((await refusal(get({ IfModifiedSince: new Date(Date.now() + 60_000) }))).status).toBe(304)
    expect((await refusal(get({ IfUnmodifiedSince: new Date(0) }))).status).toBe(412)
    expect((await get({ IfMatch: ETag })).ETag).toBe(ETag)
  })

  it('finishes what it began to give while the object is replaced and deleted', async () => {
    const { client } = await s3Stand()
    const first = Buffer.alloc(3_000_000, 'a')
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: first }))
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k' }))
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'second' }))
    await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(first)).toBe(true)
    expect(await refusal(client.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toEqual({
      name: 'NoSuchKey',
      status: 404,
    })
  })
})

describe('copying and deleting', () => {
  it('copies with the old description or a new one', async () => {
    const { client } = await s3Stand()
    const Key = 'nguồn/a b+c.txt'
    await client.send(
      new PutObjectCommand({ Bucket, Key, Body: 'x', ContentType: 'text/plain', Metadata: { a: '1' } }),
    )
    const CopySource = `${bucket}/${encodeURIComponent(Key)}`
    const copy = (to: string, more: object = {}) =>
      client.send(new CopyObjectCommand({ Bucket, Key: to, CopySource, ...more }))
    expect((await copy('b')).CopyObjectResult?.ETag).toBe(`"${md5('x')}"`)
    expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'b' }))).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { a: '1' },
    })
    await copy('c', { MetadataDirective: 'REPLACE', ContentType: 'text/html', ChecksumAlgorithm: 'SHA256' })
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'c', ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({ ContentType: 'text/html', Metadata: {}, ChecksumSHA256: sha256('x') })
    expect((await refusal(copy(Key))).name).toBe('InvalidRequest')
    expect((await refusal(copy('d', { CopySourceIfMatch: '"no"' }))).status).toBe(412)
    expect((await refusal(copy('b', { CopySource: `${bucket}/absent` }))).name).toBe('NoSuchKey')
    expect((await refusal(copy('b', { CopySource: 'absent/k' }))).name).toBe('NoSuchBucket')
  })

  it('deletes once and again', async () => {
    const { client } = await s3Stand()
    await client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }))
    for (const _ of [1, 2]) {
      const gone = await client.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
      expect(gone.$metadata.httpStatusCode).toBe(204)
    }
    await client.send(new PutObjectCommand({ Bucket, Key: 'a&<b', Body: 'x' }))
    const both = { Objects: [{ Key: 'a&<b' }, { Key: 'absent' }] }
    const deleted = await client.send(new DeleteObjectsCommand({ Bucket, Delete: both }))
    expect(deleted.Deleted?.map((each) => each.Key)).toEqual(['a&<b', 'absent'])
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0)
  })
})

describe('listing', () => {
  it('goes through all keys of a prefix in pages, in the order of their bytes', async () => {
    const { client } = await s3Stand()
    const keys = ['p/1', 'p/10', 'p/2', 'p/đ', 'p/z', 'p/Z', 'q/1']
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
    const seen: (string | undefined)[] = []
    let token: string | undefined
    let pages = 0
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket, Prefix: 'p/', MaxKeys: 2, ContinuationToken: token }),
      )
      seen.push(...(page.Contents ?? []).map((each) => each.Key))
      token = page.NextContinuationToken
      expect(page.IsTruncated).toBe(token !== undefined)
      pages += 1
    } while (token)
    expect(seen).toEqual(['p/1', 'p/10', 'p/2', 'p/Z', 'p/z', 'p/đ'])
    expect(pages).toBe(3)
    const folders = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: '/' }))
    expect(folders.CommonPrefixes?.map((each) => each.Prefix)).toEqual(['p/', 'q/'])
    expect((await client.send(new ListObjectsV2Command({ Bucket, StartAfter: 'p/z' }))).KeyCount).toBe(2)
    const bad = client.send(new ListObjectsV2Command({ Bucket, ContinuationToken: '%%%' }))
    expect((await refusal(bad)).name).toBe('InvalidArgument')
    const none = client.send(new ListObjectsV2Command({ Bucket, MaxKeys: -1 }))
    expect((await refusal(none)).name).toBe('InvalidArgument')
  })
})

describe('a new start on the same directory', () => {
  it('serves what was stored and passes over what was only begun', async () => {
    const directory = temporaryDirectory()
    const before = await s3Stand({ directory })
    await before.client.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'kept', Metadata: { a: '1' } }))
    const [shard = ''] = readdirSync(join(directory, bucket, 'objects'))
    writeFileSync(join(directory, bucket, 'tmp', 'half'), 'half of an obj')
    writeFileSync(join(directory, bucket, 'objects', shard, 'f'.repeat(64)), 'no footer')
    writeFileSync(join(directory, bucket, 'objects', shard, 'e'.repeat(64)), '')
    const { client } = await s3Stand({ directory })
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'k', ChecksumMode: 'ENABLED' }))
    expect(await got.Body?.transformToString()).toBe('kept')
    expect(got.Metadata).toEqual({ a: '1' })
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(1)
    expect(readdirSync(join(directory, bucket, 'tmp'))).toEqual([])
  })
})
