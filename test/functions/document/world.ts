import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { createCleanFiles } from '../../../functions/document/clean-files.ts'
import { partition } from '../../../functions/document/head-item.ts'
import { cleanKey, type Document, quarantineKey } from '../../../functions/document/model.ts'
import type { CleanFiles, DocumentStore, Quarantine } from '../../../functions/document/ports.ts'
import { createDocumentDesk } from '../../../functions/document/public.ts'
import { createQuarantine } from '../../../functions/document/quarantine.ts'
import { createDocumentStore } from '../../../functions/document/store.ts'
import { transact } from '../../../shared/dynamo.ts'
import type { Envelope } from '../../../shared/events.ts'
import { derivedId, sha256Hex } from '../../../shared/ids.ts'
import { toIso } from '../../../shared/time.ts'
import { cleanBucket, quarantineBucket, type Storage } from './storage.ts'

/** The document context with its storage, real or a double, and what a test may do behind its back. */
export interface World {
  store: DocumentStore
  quarantine: Quarantine
  files: CleanFiles
  /** What a client's upload leaves behind. */
  upload(document: { id: string }, bytes: Uint8Array): Promise<void>
  uploadOf(document: { id: string }): Promise<Uint8Array | undefined>
  keptBytes(document: { id: string; sha256: string }): Promise<Uint8Array | undefined>
  putClean(document: { id: string; sha256: string }, bytes: Uint8Array): Promise<void>
  losesClean(document: { id: string; sha256: string }): Promise<void>
  bind(fact: Document, ownerRef: string, dossierId: string): Promise<boolean>
  events(id: string): Promise<Envelope[]>
}

export const place = { province: '37', environment: 'sandbox' }
export const start = Date.parse('2026-11-21T09:00:00+07:00')

/** A clock that never stands still, so that every two instants differ. */
export const tickingClock = (from = start) => {
  let now = from
  return {
    now: () => {
      now += 1
      return now
    },
    advance: (by: number) => {
      now += by
    },
  }
}

let made = 0
/** Names that no other test uses, so that tests share a table. */
export const fresh = (): string => {
  made += 1
  return derivedId('test', String(made), String(process.pid))
}

export const commandFor = (key: string, body: unknown = {}) => ({
  scope: sha256Hex(key),
  body: sha256Hex(JSON.stringify(body)),
})

export const bytes = Buffer.from('%PDF-1.7 đơn đăng ký')

export const newDocument = (more: Partial<Document> = {}): Document => ({
  id: fresh(),
  ownerRef: 'owner-a',
  state: 'awaiting-upload',
  reason: null,
  fileName: 'Đơn đăng ký.pdf',
  contentType: 'application/pdf',
  size: bytes.byteLength,
  sha256: sha256Hex(bytes),
  purpose: 'dossier',
  boundTo: [],
  version: 1,
  sequence: 0,
  createdAt: toIso(start),
  changedAt: toIso(start),
  deletedAt: null,
  ...more,
})

export const answerFor = (document: Document) => ({
  id: document.id,
  upload: { method: 'POST' as const, url: 'https://storage.test/', fields: {}, expiresAt: toIso(start) },
})

export const realWorld = ({ dynamo, table, s3 }: Storage): World => {
  const desk = createDocumentDesk({ dynamo, table, s3, cleanBucket })
  const bytesAt = async (Bucket: string, Key: string): Promise<Uint8Array | undefined> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key }))
    if (!Contents.some((object) => object.Key === Key)) return undefined
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
    return Body?.transformToByteArray()
  }
  return {
    store: createDocumentStore({ dynamo, table }),
    quarantine: createQuarantine({ s3, bucket: quarantineBucket }),
    files: createCleanFiles({ s3, bucket: cleanBucket }),
    upload: async (document, Body) => {
      const Key = quarantineKey(document)
      await s3.send(new PutObjectCommand({ Bucket: quarantineBucket, Key, Body }))
    },
    uploadOf: (document) => bytesAt(quarantineBucket, quarantineKey(document)),
    keptBytes: (document) => bytesAt(cleanBucket, cleanKey(document)),
    putClean: async (document, Body) => {
      const checksum = { ChecksumAlgorithm: 'SHA256' } as const
      await s3.send(new PutObjectCommand({ Bucket: cleanBucket, Key: cleanKey(document), Body, ...checksum }))
    },
    losesClean: async (document) => {
      await s3.send(new DeleteObjectCommand({ Bucket: cleanBucket, Key: cleanKey(document) }))
    },
    bind: async (document, ownerRef, dossierId) => {
      const write = desk.bindWrite({ documentId: document.id, ...document }, ownerRef, dossierId)
      return (await transact(dynamo, [write])).ok
    },
    events: async (id) => {
      const { Items = [] } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
          ExpressionAttributeValues: { ':pk': partition(id), ':event': 'event#' },
          ConsistentRead: true,
        }),
      )
      return Items.map((item) => item.event as Envelope)
    },
  }
}
