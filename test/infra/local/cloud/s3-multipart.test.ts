import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  AbortMultipartUploadCommand,
  type ChecksumAlgorithm,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, it } from 'vitest'
import { signed } from './s3-signed.ts'
import { bucket, refusal, type S3Stand, s3Stand, temporaryDirectory } from './s3-stand.ts'

const Bucket = bucket
const Key = 'lớn/film'
const big = Buffer.alloc(5 * 1024 * 1024, 'a')
const sha = (bytes: Buffer) => createHash('sha256').update(bytes).digest()

async function begin({ client }: S3Stand, algorithm?: ChecksumAlgorithm): Promise<string> {
  const made = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'video/mp4', ChecksumAlgorithm: algorithm }),
  )
  return made.UploadId ?? ''
}

async function part(
  { client }: S3Stand,
  UploadId: string,
  PartNumber: number,
  Body: Buffer | string,
  algorithm?: ChecksumAlgorithm,
): Promise<CompletedPart> {
  const put = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ChecksumAlgorithm: algorithm })
  const { ETag, ChecksumSHA256 } = await client.send(put)
  return { PartNumber, ETag, ChecksumSHA256 }
}

function complete({ client }: S3Stand, UploadId: string, Parts: CompletedPart[]) {
  return client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  )
}

describe('a multipart upload', () => {
  it('becomes one object, and completing it again gives the same answer', async () => {
    const stand = await s3Stand()
    const id = await begin(stand, 'SHA256')
    const parts = [await part(stand, id, 1, big, 'SHA256'), await part(stand, id, 2, 'end', 'SHA256')]
    const listed = await stand.client.send(new ListPartsCommand({ Bucket, Key, UploadId: id, MaxParts: 1 }))
    expect(listed).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '1' })
    expect(listed.Parts?.[0]).toMatchObject({ PartNumber: 1, Size: big.length })
    const uploads = await stand.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: 'lớn/' }))
    expect(uploads.Uploads?.map((each) => each.UploadId)).toEqual([id])
    const done = await complete(stand, id, parts)
    expect(done.ETag).toMatch(/^"[0-9a-f]{32}-2"$/)
    const composite = `${sha(Buffer.concat([sha(big), sha(Buffer.from('end'))])).toString('base64')}-2`
    expect(done.ChecksumSHA256).toBe(composite)
    expect((await complete(stand, id, parts)).ETag).toBe(done.ETag)
    const got = await stand.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    expect(got).toMatchObject({
      ContentType: 'video/mp4',
      ContentLength: big.length + 3,
      ChecksumType: 'COMPOSITE',
    })
    expect(
      Buffer.from((await got.Body?.transformToByteArray()) ?? [])
        .subarray(-4)
        .toString(),
    ).toBe('aend')
    expect(readdirSync(join(stand.directory, bucket, 'uploads'))).toEqual([])
    expect((await stand.client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toBeUndefined()
  })

  it('survives a new start between its parts', async () => {
    const directory = temporaryDirectory()
    const before = await s3Stand({ directory })
    const id = await begin(before)
    const first = await part(before, id, 1, big)
    const after = await s3Stand({ directory })
    const last = await part(after, id, 7, 'end')
    await complete(after, id, [first, last])
    const head = await after.client.send(new HeadObjectCommand({ Bucket, Key }))
    expect(head.ContentLength).toBe(big.length + 3)
  })

  it('refuses parts that do not fit', async () => {
    const stand = await s3Stand({ maxObjectBytes: 6 * 1024 * 1024 })
    const id = await begin(stand)
    const one = await part(stand, id, 1, big)
    const two = await part(stand, id, 2, 'small')
    const three = await part(stand, id, 3, big)
    const code = async (parts: CompletedPart[]) => (await refusal(complete(stand, id, parts))).name
    expect(await code([two, one])).toBe('InvalidPartOrder')
    expect(await code([one, one])).toBe('InvalidPartOrder')
    expect(await code([one, { PartNumber: 4, ETag: '"x"' }])).toBe('InvalidPart')
    expect(await code([{ ...one, ETag: two.ETag }])).toBe('InvalidPart')
    expect(await code([one, two, three])).toBe('EntityTooSmall')
    expect(await code([one, three])).toBe('EntityTooLarge')
    expect(await code([])).toBe('MalformedXML')
    const absent = { Bucket, Key: 'another', UploadId: id, PartNumber: 1, Body: 'x' }
    expect((await refusal(stand.client.send(new UploadPartCommand(absent)))).name).toBe('NoSuchUpload')
    for (const UploadId of ['../../..', 'f'.repeat(32)]) {
      const put = stand.client.send(new UploadPartCommand({ ...absent, Key, UploadId }))
      expect(await refusal(put)).toEqual({ name: 'NoSuchUpload', status: 404 })
    }
    for (const PartNumber of [0, 10_001]) {
      const put = stand.client.send(new UploadPartCommand({ ...absent, Key, PartNumber }))
      expect((await refusal(put)).name).toBe('InvalidArgument')
    }
    expect(stand.failures).toEqual([])
  })

  it('wants the checksums it was begun with', async () => {
    const stand = await s3Stand()
    const id = await begin(stand, 'SHA256')
    expect((await refusal(part(stand, id, 1, 'x', 'CRC32'))).name).toBe('InvalidRequest')
    const { PartNumber, ETag } = await part(stand, id, 1, 'x', 'SHA256')
    expect((await refusal(complete(stand, id, [{ PartNumber, ETag }]))).name).toBe('InvalidRequest')
    const wrong = { PartNumber, ETag, ChecksumSHA256: sha(Buffer.from('y')).toString('base64') }
    expect((await refusal(complete(stand, id, [wrong]))).name).toBe('InvalidPart')
    expect(readdirSync(join(stand.directory, bucket, 'tmp'))).toEqual([])
  })

  it.each([
    '',
    'nonsense',
    '<',
    '<CompleteMultipartUpload>',
    '<CompleteMultipartUpload/>',
    '<Other><Part/></Other>',
    '<CompleteMultipartUpload><Part/></CompleteMultipartUpload>',
    '<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>',
    '<CompleteMultipartUpload><Part><PartNumber>-1</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>',
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>',
    '<!DOCTYPE a [<!ENTITY b "c">]><CompleteMultipartUpload>&b;</CompleteMultipartUpload>',
    `${'<a>'.repeat(5000)}`,
    '\u0000\uffff',
  ])('refuses the document %# as malformed', async (body) => {
    const stand = await s3Stand()
    const query = `uploadId=${await begin(stand)}`
    const path = `/${bucket}/l%E1%BB%9Bn/film`
    const reply = await signed(stand.port, { method: 'POST', path, query, body })
    expect(reply).toMatchObject({ status: 400, code: 'MalformedXML' })
    expect(stand.failures).toEqual([])
  })

  it('leaves nothing behind when it is aborted', async () => {
    const stand = await s3Stand()
    const UploadId = await begin(stand)
    const one = await part(stand, UploadId, 1, 'x')
    await stand.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    const again = stand.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    expect((await refusal(again)).name).toBe('NoSuchUpload')
    expect((await refusal(complete(stand, UploadId, [one]))).name).toBe('NoSuchUpload')
    expect((await refusal(stand.client.send(new ListPartsCommand({ Bucket, Key, UploadId })))).status).toBe(
      404,
    )
    expect(readdirSync(join(stand.directory, bucket, 'uploads'))).toEqual([])
  })
})
