import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Checksum } from './s3-checksum.ts'
import { S3Error } from './s3-error.ts'
import { readDescription, type Staged, sealRecord, stageRecord } from './s3-record.ts'

export type ObjectMeta = {
  readonly key: string
  readonly size: number
  readonly etag: string
  readonly modified: number
  /** `content-type`, `cache-control` and the other headers that are given back as they came. */
  readonly headers: Readonly<Record<string, string>>
  readonly metadata: Readonly<Record<string, string>>
  readonly tagging?: string
  readonly checksum: Checksum
  /** The multipart upload that made the object: its completion may be asked for again. */
  readonly uploadId?: string
}

/** Decides, at the moment of the rename, whether a write may go on; throws to stop it. */
export type Precondition = (current: ObjectMeta | undefined) => void

export type Bucket = {
  readonly name: string
  readonly directory: string
  readonly created: Date
  head(key: string): ObjectMeta | undefined
  /** The object and an open descriptor of its content; a later overwrite does not disturb the reader. */
  open(key: string): { meta: ObjectMeta; fd: number } | undefined
  stage(chunks: AsyncIterable<Buffer>): Promise<Staged>
  put(staged: Staged, meta: ObjectMeta, precondition?: Precondition): Promise<void>
  remove(key: string): void
  /** All objects in the order of the bytes of their keys. */
  sorted(): ObjectMeta[]
}

export type Storage = {
  createBucket(name: string): void
  removeBucket(name: string): void
  bucket(name: string): Bucket
  has(name: string): boolean
  names(): string[]
}

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

// The file's name is a digest of the key, so no key, however hostile or long, can name a place of its own.
function objectPath(directory: string, key: string): string {
  const digest = createHash('sha256').update(key).digest('hex')
  return join(directory, 'objects', digest.slice(0, 2), digest)
}

function isObjectMeta(value: unknown): value is ObjectMeta {
  const meta = value as Partial<ObjectMeta> | undefined
  return typeof meta?.key === 'string' && typeof meta.size === 'number' && typeof meta.etag === 'string'
}

function readIndex(directory: string): Map<string, ObjectMeta> {
  const index = new Map<string, ObjectMeta>()
  for (const shard of readdirSync(join(directory, 'objects'))) {
    for (const file of readdirSync(join(directory, 'objects', shard))) {
      const path = join(directory, 'objects', shard, file)
      const meta = readDescription(path)
      if (isObjectMeta(meta) && objectPath(directory, meta.key) === path) index.set(meta.key, meta)
    }
  }
  return index
}

function openBucket(root: string, name: string): Bucket {
  const directory = join(root, name)
  // What a killed process had begun to write was never acknowledged.
  rmSync(join(directory, 'tmp'), { recursive: true, force: true })
  for (const part of ['objects', 'tmp', 'uploads']) mkdirSync(join(directory, part), { recursive: true })
  const index = readIndex(directory)
  return {
    name,
    directory,
    created: statSync(directory).birthtime,
    head: (key) => index.get(key),
    open: (key) => {
      const meta = index.get(key)
      return meta && { meta, fd: openSync(objectPath(directory, key), 'r') }
    },
    stage: (chunks) => stageRecord(join(directory, 'tmp', randomUUID()), chunks),
    put: async (staged, meta, precondition) => {
      await sealRecord(staged, meta)
      // From here to the index there is no await: two conditional writes of one key cannot both pass.
      try {
        precondition?.(index.get(meta.key))
      } catch (error) {
        rmSync(staged.path, { force: true })
        throw error
      }
      const path = objectPath(directory, meta.key)
      mkdirSync(dirname(path), { recursive: true })
      renameSync(staged.path, path)
      index.set(meta.key, meta)
    },
    remove: (key) => {
      rmSync(objectPath(directory, key), { force: true })
      index.delete(key)
    },
    sorted: () =>
      [...index.values()]
        .map((meta) => ({ meta, bytes: Buffer.from(meta.key) }))
        .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
        .map(({ meta }) => meta),
  }
}

/** Buckets as directories of `root`; what earlier runs left there is served again. */
export function openStorage(root: string): Storage {
  mkdirSync(root, { recursive: true })
  const buckets = new Map<string, Bucket>()
  for (const name of readdirSync(root)) {
    if (bucketName.test(name) && existsSync(join(root, name, 'objects'))) {
      buckets.set(name, openBucket(root, name))
    }
  }
  return {
    createBucket: (name) => {
      if (!bucketName.test(name) || name.includes('..')) throw new S3Error('InvalidBucketName')
      if (!buckets.has(name)) buckets.set(name, openBucket(root, name))
    },
    removeBucket: (name) => {
      buckets.delete(name)
      rmSync(join(root, name), { recursive: true, force: true })
    },
    bucket: (name) => {
      const bucket = buckets.get(name)
      if (!bucket) throw new S3Error('NoSuchBucket', undefined, { BucketName: name })
      return bucket
    },
    has: (name) => buckets.has(name),
    names: () => [...buckets.keys()].sort(),
  }
}
