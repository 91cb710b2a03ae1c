import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Attachment } from '../../../functions/dossier/model.ts'
import { createDossierStore } from '../../../functions/dossier/store.ts'
import { dossierTable } from '../../../functions/dossier/table.ts'
import { startEngine } from '../../../infra/local/cloud/engine.ts'
import { createDynamo, type Dynamo } from '../../../shared/dynamo.ts'
import { createTables } from '../../kit/tables.ts'
import { createMemoryStore } from './memory-store.ts'
import { claimOf, newDossier, storeContract, submission } from './store.contract.ts'

let engine: Awaited<ReturnType<typeof startEngine>>
let dynamo: Dynamo
let table: string
beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'ap-southeast-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  })
  engine = await startEngine({ directory: null, log: () => undefined })
  dynamo = createDynamo({ DYNAMODB_ENDPOINT: engine.url })
  table = (await createTables(dynamo, [dossierTable])).dossier ?? ''
})
afterAll(() => engine.stop())

/** In place of a document: an item of the same table that must not be there. */
const bind = (file: Attachment) => ({
  Put: {
    TableName: table,
    Item: { pk: `bound#${file.documentId}`, sk: 'bound' },
    ConditionExpression: 'attribute_not_exists(pk)',
  },
})

const real = () => createDossierStore(dynamo, table, bind)

storeContract('in the table', real)
storeContract('the double in memory', createMemoryStore)

it('the table ties every file in the same write, or nothing happens', async () => {
  const store = real()
  const file = (documentId: string): Attachment => ({
    componentId: 'c',
    documentId,
    fileName: 'f',
    contentType: 'application/pdf',
    size: 1,
    sha256: '0'.repeat(64),
  })
  const submitWith = async (files: Attachment[]) => {
    const step = newDossier()
    await store.create(step)
    const { head } = step
    const claim = claimOf('t')
    await store.claim(head.id, { ownerRef: head.ownerRef, claim, now: head.createdAt, ifMatch: undefined })
    return { head, finished: await store.finish(submission(head, 't', files)) }
  }
  expect((await submitWith([file('one'), file('one'), file('two')])).finished).toEqual({ kind: 'done' })
  const refused = await submitWith([file('three'), file('two')])
  expect(refused.finished).toEqual({ kind: 'files', documentIds: ['two'] })
  expect(await store.head(refused.head.id)).toMatchObject({ state: 'draft' })
  expect((await submitWith([file('three')])).finished).toEqual({ kind: 'done' })
})
