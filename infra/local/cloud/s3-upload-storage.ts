import { randomBytes, randomUUID } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Checksum, ChecksumAlgorithm } from './s3-checksum.ts'
import { S3Error } from './s3-error.ts'
import type { Description } from './s3-object.ts'
import { readDescription, type Staged, sealRecord } from './s3-record.ts'
import type { Bucket } from './s3-storage.ts'

export type Upload = Description & {
  readonly id: string
  readonly key: string
  readonly initiated: number
  readonly algorithm?: ChecksumAlgorithm
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
}

export type Part = {
  readonly number: number
  readonly size: number
  readonly etag: string
  readonly modified: number
  readonly checksum: Checksum
}

// Only ids made here are looked up on the disk: an id comes from the caller and names a directory.
const uploadId = /^[0-9a-f]{32}$/

function directoryOf(bucket: Bucket, id: string): string {
  return join(bucket.directory, 'uploads', id)
}

/** Begins an upload: its directory appears in one rename, with the description inside. */
export function createUpload(bucket: Bucket, upload: Omit<Upload, 'id'>): Upload {
  const made = { ...upload, id: randomBytes(16).toString('hex') }
  const staging = join(bucket.directory, 'tmp', randomUUID())
  mkdirSync(staging)
  writeFileSync(join(staging, 'upload.json'), JSON.stringify(made), { flush: true })
  renameSync(staging, directoryOf(bucket, made.id))
  return made
}

function readUpload(bucket: Bucket, id: string): Upload | undefined {
  try {
    return JSON.parse(readFileSync(join(directoryOf(bucket, id), 'upload.json'), 'utf8')) as Upload
  } catch {
    return undefined
  }
}

export function findUpload(bucket: Bucket, key: string, id: string): Upload | undefined {
  const upload = uploadId.test(id) ? readUpload(bucket, id) : undefined
  return upload?.key === key ? upload : undefined
}

export function listUploads(bucket: Bucket): Upload[] {
  return readdirSync(join(bucket.directory, 'uploads'))
    .flatMap((id) => readUpload(bucket, id) ?? [])
    .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) || a.initiated - b.initiated)
}

export async function putPart(bucket: Bucket, upload: Upload, staged: Staged, part: Part): Promise<void> {
  await sealRecord(staged, part)
  const directory = directoryOf(bucket, upload.id)
  // The upload may have been completed or aborted while the part came in.
  if (!existsSync(directory)) {
    rmSync(staged.path, { force: true })
    throw new S3Error('NoSuchUpload', undefined, { UploadId: upload.id })
  }
  renameSync(staged.path, join(directory, `${part.number}.part`))
}

export function listParts(bucket: Bucket, upload: Upload): Part[] {
  const directory = directoryOf(bucket, upload.id)
  if (!existsSync(directory)) return []
  return readdirSync(directory)
    .filter((name) => name.endsWith('.part'))
    .flatMap((name) => (readDescription(join(directory, name)) as Part | undefined) ?? [])
    .sort((a, b) => a.number - b.number)
}

export function openPart(bucket: Bucket, upload: Upload, number: number): number {
  try {
    return openSync(join(directoryOf(bucket, upload.id), `${number}.part`), 'r')
  } catch {
    throw new S3Error('NoSuchUpload', undefined, { UploadId: upload.id })
  }
}

/** Ends an upload. It leaves its place in one rename, so a crash never leaves half of it to be found. */
export function removeUpload(bucket: Bucket, upload: Upload): void {
  const grave = join(bucket.directory, 'tmp', randomUUID())
  if (existsSync(directoryOf(bucket, upload.id))) renameSync(directoryOf(bucket, upload.id), grave)
  rmSync(grave, { recursive: true, force: true })
}
