import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Document } from '../../../functions/document/model.ts'
import type { HttpHandler } from '../../../shared/http.ts'
import { sha256Hex } from '../../../shared/ids.ts'
import type { QueueHandler } from '../../../shared/queue.ts'
import { hours, toIso } from '../../../shared/time.ts'
import { createRequests } from './requests.ts'
import { cleanBucket, quarantineBucket, type Storage, startStorage } from './storage.ts'
import { answerFor, commandFor, newDocument, realWorld, type World } from './world.ts'

let storage: Storage
let world: World
const directory = mkdtempSync(join(tmpdir(), 'motcua-entries-'))

beforeAll(async () => {
  storage = await startStorage()
  world = realWorld(storage)
  const file = join(directory, 'province.json')
  writeFileSync(file, readFileSync(new URL('../../../infra/provinces/37.json', import.meta.url)))
  Object.assign(process.env, storage.endpoints, {
    PROVINCE_FILE: file,
    DOCUMENT_TABLE: storage.table,
    QUARANTINE_BUCKET: quarantineBucket,
    CLEAN_BUCKET: cleanBucket,
    CITIZEN_REF_KEY_ID: 'ref-key',
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1:1/none',
  })
})
afterAll(async () => {
  await storage.stop()
  rmSync(directory, { recursive: true, force: true })
})

const uploaded = async (file: Buffer, more: Partial<Document>): Promise<Document> => {
  const document = newDocument({ size: file.byteLength, sha256: sha256Hex(file), ...more })
  await world.store.open(document, commandFor(document.id), answerFor(document))
  await world.upload(document, file)
  await world.store.move(document, { to: 'inspecting', reason: null, at: Date.now(), event: null })
  return document
}

const announce = (document: Document): SQSEvent => {
  const detail = {
    id: `event-${document.id}`,
    type: 'vn.motcua.document.uploaded.v1',
    subject: document.id,
    sequence: 1,
    time: document.createdAt,
    province: '37',
    environment: 'production',
    correlationId: 'c',
    data: { documentId: document.id, ownerRef: document.ownerRef },
  }
  const record = { messageId: document.id, body: JSON.stringify({ detail }), attributes: {} }
  return { Records: [record] } as unknown as SQSEvent
}

describe('the functions as they are deployed', () => {
  it('inspect with the real inspection', async () => {
    const { handler } = (await import('../../../functions/document/inspect.ts')) as { handler: QueueHandler }
    const xml = Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<don><ho-ten>A</ho-ten></don>\n')
    const good = await uploaded(xml, { contentType: 'application/xml', fileName: 'don.xml' })
    expect(await handler(announce(good))).toEqual({ batchItemFailures: [] })
    expect(await world.store.find(good.id)).toMatchObject({ state: 'clean' })
    expect(await world.uploadOf(good)).toBeUndefined()
    expect(Buffer.from((await world.keptBytes(good)) ?? [])).toEqual(xml)
    const bad = await uploaded(Buffer.from('no PDF at all'), { fileName: 'don.pdf' })
    expect(await handler(announce(bad))).toEqual({ batchItemFailures: [] })
    expect(await world.store.find(bad.id)).toMatchObject({ state: 'rejected', reason: 'type-mismatch' })
    const unknown = newDocument()
    expect(await handler(announce(unknown))).toEqual({ batchItemFailures: [{ itemIdentifier: unknown.id }] })
  })

  it('clean up', async () => {
    const { handler } = await import('../../../functions/document/cleanup.ts')
    const old = newDocument({ createdAt: toIso(Date.now() - hours(25)) })
    const young = newDocument({ createdAt: toIso(Date.now() - hours(23)) })
    for (const document of [old, young])
      await world.store.open(document, commandFor(document.id), answerFor(document))
    await handler()
    expect(await world.store.find(old.id)).toMatchObject({ state: 'rejected', reason: 'upload-abandoned' })
    expect(await world.store.find(young.id)).toMatchObject({ state: 'awaiting-upload' })
  })

  it('refuse a caller without a token', async () => {
    const { handler } = (await import('../../../functions/document/api.ts')) as { handler: HttpHandler }
    const call = createRequests(handler)
    expect((await call('getDocument', { of: 'any', as: 'nonsense' })).status).toBe(401)
  })
})
