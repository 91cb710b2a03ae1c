import {
  CreateTableCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import { PutEventsCommand } from '@aws-sdk/client-eventbridge'
import { GenerateMacCommand } from '@aws-sdk/client-kms'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Engine, startEngine } from '../../../../infra/local/cloud/engine.ts'
import { type CloudCall, rounds } from '../../../../infra/local/cloud/server.ts'
import { cloudStand } from './cloud-stand.ts'
import { raw, refusal } from './s3-stand.ts'

let engine: Engine
beforeAll(async () => {
  engine = await startEngine({ directory: null, log: () => undefined })
})
afterAll(() => engine.stop())

let tables = 0

async function withTable(more: Parameters<typeof cloudStand>[0] = {}) {
  const stand = await cloudStand({ dynamodbUrl: engine.url, ...more })
  tables += 1
  const TableName = `table-${tables}`
  await stand.clients.dynamodb.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  )
  stand.cloud.resetCalls()
  const put = (pk: string) =>
    stand.clients.dynamodb.send(
      new PutItemCommand({ TableName, Item: { pk: { S: pk } }, ReturnConsumedCapacity: 'TOTAL' }),
    )
  const has = async (pk: string) =>
    (
      await stand.clients.dynamodb.send(
        new GetItemCommand({ TableName, Key: { pk: { S: pk } }, ConsistentRead: true }),
      )
    ).Item !== undefined
  return { ...stand, TableName, put, has }
}

const mac = new GenerateMacCommand({
  KeyId: 'alias/tracking-pin',
  MacAlgorithm: 'HMAC_SHA_256',
  Message: Buffer.from('x'),
})

describe('one address for all services', () => {
  it('passes calls of the database on and counts them', async () => {
    const { cloud, clients, put, has, TableName } = await withTable()
    await put('đơn')
    expect(await has('đơn')).toBe(true)
    const twice = { Put: { TableName, Item: { pk: { S: 'a' } } } }
    await clients.dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [twice, { Delete: { TableName, Key: { pk: { S: 'b' } } } }],
      }),
    )
    await clients.kms.send(mac)
    const calls = cloud.calls()
    expect(calls.map(({ n, target, operation, status }) => [n, target, operation, status])).toEqual([
      [1, 'dynamodb', 'PutItem', 200],
      [2, 'dynamodb', 'GetItem', 200],
      [3, 'dynamodb', 'TransactWriteItems', 200],
      [4, 'kms', 'GenerateMac', 200],
    ])
    expect(calls[0]?.table).toEqual([TableName])
    expect(calls[2]?.table).toEqual([TableName])
    expect(calls[0]?.consumed?.[0]?.CapacityUnits).toBeGreaterThan(0)
    expect(calls[0]?.requestBytes).toBeGreaterThan(10)
    expect(rounds(calls)).toBe(4)
  })

  it('groups calls that overlap into rounds', async () => {
    const { cloud, faults, put } = await withTable()
    faults.add({ target: 'dynamodb', kind: 'delay', delayMs: 30 })
    await Promise.all(['a', 'b', 'c', 'd'].map(put))
    await put('e')
    expect(cloud.calls()).toHaveLength(5)
    expect(rounds(cloud.calls())).toBe(2)
    const call = (startedAt: number, endedAt?: number) =>
      ({ startedAt, ...(endedAt ? { endedAt } : {}) }) as CloudCall
    expect(rounds([call(0, 10), call(5, 15), call(12, 20)])).toBe(2)
    expect(rounds([call(0, 100), call(1, 2), call(3, 4)])).toBe(2)
    expect(rounds([])).toBe(0)
    expect(rounds([call(0)])).toBe(1)
  })

  it('stops before a call and before its answer, for whoever wants to end there', async () => {
    const seen: string[] = []
    const note = (when: string) => async (call: CloudCall) => {
      await Promise.resolve()
      seen.push(`${when} ${call.operation} ${call.status}`)
    }
    const { clients, put } = await withTable({ onCall: note('before'), onAnswered: note('after') })
    seen.length = 0
    await put('x')
    await clients.s3.send(new PutObjectCommand({ Bucket: 'papers', Key: 'k', Body: 'x' }))
    expect(seen).toEqual([
      'before PutItem 0',
      'after PutItem 200',
      'before PutObject 0',
      'after PutObject 200',
    ])
  })

  it('answers the unreadable and the unreachable', async () => {
    const { cloud, clients } = await cloudStand()
    const json = (target: string, body: string) =>
      raw(cloud.port, 'POST', '/', { 'x-amz-target': target, 'content-length': String(body.length) }, body)
    expect((await json('TrentService.Sign', '{')).text).toContain('SerializationException')
    expect((await json('TrentService.Sign', '[]')).text).toContain('SerializationException')
    expect((await json('TrentService.constructor', '{}')).text).toContain('UnknownOperationException')
    expect((await json('AmazonSQS.CreateQueue', '{}')).text).toContain('UnknownOperationException')
    expect((await json('Unknown.Thing', '{}')).status).toBeGreaterThanOrEqual(400)
    const get = clients.dynamodb.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }))
    expect(await refusal(get)).toEqual({ name: 'InternalServerError', status: 500 })
  })
})

describe('faults seen by clients', () => {
  it('make the database fail, throttle and conflict without touching it', async () => {
    const { faults, put, has, clients, TableName } = await withTable()
    const once = (kind: 'fail' | 'throttle' | 'conflict') =>
      faults.add({ target: 'dynamodb', kind, count: 1 })
    once('fail')
    expect(await refusal(put('a'))).toEqual({ name: 'InternalServerError', status: 500 })
    once('throttle')
    expect((await refusal(put('a'))).name).toBe('ProvisionedThroughputExceededException')
    once('conflict')
    expect((await refusal(put('a'))).name).toBe('TransactionConflictException')
    once('conflict')
    const TransactItems = ['a', 'b'].map((pk) => ({ Put: { TableName, Item: { pk: { S: pk } } } }))
    const write = clients.dynamodb.send(new TransactWriteItemsCommand({ TransactItems }))
    await expect(write).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    })
    expect(await has('a')).toBe(false)
  })

  it('lose the call or lose its answer', async () => {
    const { cloud, faults, put, has } = await withTable()
    faults.add({ target: 'dynamodb', operation: 'PutItem', kind: 'drop', count: 1 })
    await expect(put('dropped')).rejects.toThrow()
    expect(await has('dropped')).toBe(false)
    faults.add({ target: 'dynamodb', operation: 'PutItem', kind: 'lost-answer', count: 1 })
    await expect(put('lost')).rejects.toThrow()
    expect(await has('lost')).toBe(true)
    expect(cloud.calls().map((call) => call.status)).toEqual([0, 200, 0, 200])
  })

  it('befall the other services in their own words', async () => {
    const { faults, clients, cloud, queues, events } = await cloudStand()
    const QueueUrl = `${cloud.url}/000000000000/work`
    const send = () => clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))
    const Entries = [{ EventBusName: 'motcua', Source: 's', DetailType: 'd', Detail: '{}' }]
    const emit = () => clients.events.send(new PutEventsCommand({ Entries }))
    const put = () =>
      clients.s3.send(new PutObjectCommand({ Bucket: 'papers', Key: 'k', Body: 'x'.repeat(100_000) }))
    faults.add({ target: '*', kind: 'fail', count: 4 })
    expect(await refusal(send())).toEqual({ name: 'InternalFailure', status: 500 })
    expect(await refusal(emit())).toEqual({ name: 'InternalException', status: 500 })
    expect(await refusal(put())).toEqual({ name: 'InternalError', status: 500 })
    expect(await refusal(clients.kms.send(mac))).toEqual({ name: 'KMSInternalException', status: 500 })
    faults.add({ target: '*', kind: 'throttle', count: 3 })
    expect((await refusal(send())).name).toBe('ThrottlingException')
    expect(await refusal(put())).toEqual({ name: 'SlowDown', status: 503 })
    expect((await refusal(clients.kms.send(mac))).name).toBe('ThrottlingException')
    faults.add({ target: 's3', kind: 'drop', count: 1 })
    await expect(put()).rejects.toThrow()
    expect(
      (await refusal(clients.s3.send(new HeadObjectCommand({ Bucket: 'papers', Key: 'k' })))).status,
    ).toBe(404)
    faults.add({ target: 's3', kind: 'lost-answer', count: 1 })
    await expect(put()).rejects.toThrow()
    const got = await clients.s3.send(new GetObjectCommand({ Bucket: 'papers', Key: 'k' }))
    expect((await got.Body?.transformToString())?.length).toBe(100_000)
    expect(queues.depth('work').visible + events.length).toBe(0)
    faults.add({ target: '*', kind: 'duplicate', count: 2 })
    await send()
    await emit()
    expect([queues.depth('work').visible, events.length]).toEqual([2, 2])
  })

  it('are got over by a client that tries again', async () => {
    const { faults, cloud, queues, config } = await cloudStand()
    const { SQSClient } = await import('@aws-sdk/client-sqs')
    const sqs = new SQSClient({ ...config, maxAttempts: 3 })
    faults.add({ target: 'sqs', kind: 'drop', count: 1 })
    await sqs.send(new SendMessageCommand({ QueueUrl: `${cloud.url}/000000000000/work`, MessageBody: 'x' }))
    expect(queues.depth('work').visible).toBe(1)
    expect(cloud.calls().map((call) => call.status)).toEqual([0, 200])
    sqs.destroy()
  })

  it('let a later call overtake an earlier one', async () => {
    const { faults, cloud, queues, clients } = await cloudStand()
    const send = (MessageBody: string) =>
      clients.sqs.send(new SendMessageCommand({ QueueUrl: `${cloud.url}/000000000000/work`, MessageBody }))
    faults.add({ target: 'sqs', kind: 'reorder', count: 1, delayMs: 2000 })
    const first = send('first')
    while (cloud.calls().length === 0) await new Promise((resolve) => setImmediate(resolve))
    await send('second')
    await first
    expect(queues.peek('work', 5).map(({ body }) => body)).toEqual(['second', 'first'])
  })
})
