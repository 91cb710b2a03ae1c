import { QueryCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPaymentStore } from '../../../functions/payment/store.ts'
import { paymentTable } from '../../../functions/payment/table.ts'
import { startEngine } from '../../../infra/local/cloud/engine.ts'
import { createDynamo, type Dynamo } from '../../../shared/dynamo.ts'
import { createTables } from '../../kit/tables.ts'
import { createMemoryStore } from './memory-store.ts'
import { openOffice } from './office.ts'
import { describeStore } from './store.contract.ts'

let dynamo: Dynamo
let table: string
let stop: () => Promise<void>
beforeAll(async () => {
  process.env.AWS_REGION ??= 'local'
  process.env.AWS_ACCESS_KEY_ID ??= 'local'
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local'
  const engine = await startEngine({ directory: null, log: () => undefined })
  dynamo = createDynamo({ DYNAMODB_ENDPOINT: engine.url })
  table = (await createTables(dynamo, [paymentTable])).payment ?? ''
  stop = engine.stop
})
afterAll(async () => {
  dynamo?.destroy()
  await stop?.()
})

const memory = createMemoryStore()
describeStore('in memory', () => memory)
describeStore('in the table', () => createPaymentStore(dynamo, table))

it('puts every event of a payment into the outbox, in the transaction that causes it', async () => {
  const office = openOffice(createPaymentStore(dynamo, table))
  const first = (await office.open('OUTBOX', 'k1')).body.id
  const second = (await office.open('OUTBOX', 'k2')).body.id
  await office.told({ paymentId: first })
  const eventsOf = async (id: string) => {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
        ExpressionAttributeValues: { ':pk': `payment#${id}`, ':event': 'event#' },
      }),
    )
    return Items.map(({ event, unpublished }) => [event.type, event.sequence, unpublished])
  }
  const type = (name: string) => `vn.motcua.payment.${name}.v1`
  expect(await eventsOf(first)).toEqual([
    [type('created'), 1, 'waiting'],
    [type('expired'), 2, 'waiting'],
    [type('paid'), 3, 'waiting'],
    [type('flagged'), 4, 'waiting'],
  ])
  expect(await eventsOf(second)).toEqual([
    [type('created'), 1, 'waiting'],
    [type('expired'), 2, 'waiting'],
  ])
})
