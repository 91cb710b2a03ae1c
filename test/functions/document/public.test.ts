import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headItem } from '../../../functions/document/head-item.ts'
import type { Document } from '../../../functions/document/model.ts'
import { createDocumentDesk, type DocumentDesk } from '../../../functions/document/public.ts'
import { reasonTexts } from '../../../functions/document/reasons.ts'
import { transact } from '../../../shared/dynamo.ts'
import { cleanBucket, type Storage, startStorage } from './storage.ts'
import { answerFor, bytes, commandFor, fresh, newDocument, realWorld, start, type World } from './world.ts'

let storage: Storage
let world: World
let desk: DocumentDesk

beforeAll(async () => {
  storage = await startStorage()
  world = realWorld(storage)
  desk = createDocumentDesk({ ...storage, cleanBucket })
})
afterAll(() => storage.stop())

const stored = async (state: Document['state'], reason: Document['reason'] = null): Promise<Document> => {
  const document = newDocument({ fileName: 'Đơn đăng ký thường trú của hộ gia đình '.repeat(5) })
  await world.store.open(document, commandFor(document.id), answerFor(document))
  // As in life: a document leaves the list of uploads that wait when it is inspected.
  const steps: Document['state'][] = state === 'inspecting' ? [state] : ['inspecting', state]
  let seen = document
  for (const to of steps) {
    const result = await world.store.move(seen, {
      to,
      reason: to === state ? reason : null,
      at: start,
      event: null,
    })
    if (result.outcome !== 'moved') throw new Error(result.outcome)
    seen = result.document
  }
  return seen
}

const factOf = ({ id, sha256, size, contentType }: Document) => ({
  documentId: id,
  sha256,
  size,
  contentType,
})

describe('the desk for other contexts', () => {
  it('finds what is there, hundreds at once, without what is deleted', async () => {
    const all: Document[] = []
    for (let count = 0; count < 120; count += 1) all.push(await stored('clean'))
    const refused = await stored('rejected', 'image-damaged')
    const deleted = await stored('clean')
    await world.store.markDeleted(deleted.id, 'owner-a', start)
    const ids = [...all.map(({ id }) => id), all[0]?.id ?? '', refused.id, deleted.id, fresh()]
    const found = await desk.find(ids)
    expect(found.size).toBe(121)
    expect(found.get(refused.id)).toEqual({
      id: refused.id,
      ownerRef: 'owner-a',
      state: 'rejected',
      reason: reasonTexts['image-damaged'],
      fileName: refused.fileName,
      contentType: 'application/pdf',
      size: bytes.byteLength,
      sha256: refused.sha256,
    })
    expect(await desk.find([])).toEqual(new Map())
  })

  it('asks again for what a busy table left out, and never calls it absent', async () => {
    const documents = [await stored('clean'), await stored('clean'), await stored('clean')]
    let answers = 0
    const busy = {
      send: async (command: { input: { RequestItems: Record<string, { Keys: object[] }> } }) => {
        answers += 1
        const keys = command.input.RequestItems.document?.Keys ?? []
        const { Item } = await storage.dynamo.send(
          new GetCommand({ TableName: 'document', Key: keys[0] as Record<string, unknown> }),
        )
        const left = keys.slice(1)
        return {
          Responses: { document: [Item] },
          UnprocessedKeys: left.length > 0 ? { document: { Keys: left } } : {},
        }
      },
    } as unknown as Storage['dynamo']
    const found = await createDocumentDesk({ ...storage, dynamo: busy, cleanBucket }).find(
      documents.map(({ id }) => id),
    )
    expect([found.size, answers]).toEqual([3, 3])
    const never = {
      send: async (command: { input: { RequestItems: object } }) => ({
        UnprocessedKeys: command.input.RequestItems,
      }),
    } as unknown as Storage['dynamo']
    await expect(
      createDocumentDesk({ ...storage, dynamo: never, cleanBucket }).find(['a']),
    ).rejects.toMatchObject({ name: 'ThrottlingException' })
  })

  it('binds in two write units, and hands back what a refused binding met', async () => {
    const clean = await stored('clean')
    const { Update } = desk.bindWrite(factOf(clean), 'owner-a', fresh())
    const answer = await storage.dynamo.send(
      new UpdateCommand({ ...Update, ReturnConsumedCapacity: 'TOTAL' } as ConstructorParameters<
        typeof UpdateCommand
      >[0]),
    )
    // A transactional write costs twice what a plain one does.
    expect(answer.ConsumedCapacity?.CapacityUnits).toBe(1)
    expect(Buffer.byteLength(JSON.stringify(headItem(clean)))).toBeLessThan(1_024)
    const waiting = await stored('inspecting')
    const result = await transact(storage.dynamo, [
      desk.bindWrite(factOf(clean), 'owner-a', 'd'),
      desk.bindWrite(factOf(waiting), 'owner-a', 'd'),
      desk.bindWrite(factOf(newDocument()), 'owner-a', 'd'),
    ])
    if (result.ok) throw new Error('bound what is not inspected')
    expect([...result.refused.keys()]).toEqual([1, 2])
    expect(desk.factsOf(result.refused.get(1))).toMatchObject({ id: waiting.id, state: 'inspecting' })
    expect(desk.factsOf(result.refused.get(2))).toBeUndefined()
    expect((await world.store.find(clean.id))?.boundTo).toHaveLength(1)
  })

  it('says what the file store itself holds', async () => {
    const document = await stored('clean')
    expect(await desk.storedState(factOf(document))).toBe('missing')
    await world.files.keep(document, bytes)
    expect(await desk.storedState(factOf(document))).toBe('present')
    await world.putClean(document, bytes.subarray(1))
    expect(await desk.storedState(factOf(document))).toBe('altered')
    await world.putClean(document, Buffer.alloc(bytes.byteLength, 1))
    expect(await desk.storedState(factOf(document))).toBe('altered')
    await world.losesClean(document)
    expect(await desk.storedState(factOf(document))).toBe('missing')
  })
})
