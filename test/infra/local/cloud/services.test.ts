import { createHash, createPublicKey, verify } from 'node:crypto'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge'
import {
  DescribeKeyCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  SignCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms'
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { createKms } from '../../../../infra/local/cloud/kms.ts'
import { cloudStand } from './cloud-stand.ts'
import { refusal } from './s3-stand.ts'

describe('keys', () => {
  const receipt = { KeyId: 'alias/receipt', SigningAlgorithm: 'ECDSA_SHA_256' } as const

  it('sign messages and digests that others can verify', async () => {
    const { clients, directory, keys } = await cloudStand()
    const { PublicKey, KeyId = '' } = await clients.kms.send(
      new GetPublicKeyCommand({ KeyId: 'alias/receipt' }),
    )
    const publicKey = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' })
    for (let n = 0; n < 20; n += 1) {
      const message = Buffer.from(`biên nhận ${n}`)
      const digest = createHash('sha256').update(message).digest()
      const raw = await clients.kms.send(new SignCommand({ ...receipt, Message: message }))
      const ready = await clients.kms.send(
        new SignCommand({ ...receipt, Message: digest, MessageType: 'DIGEST' }),
      )
      expect(verify('sha256', message, publicKey, raw.Signature ?? Buffer.alloc(0))).toBe(true)
      expect(verify('sha256', message, publicKey, ready.Signature ?? Buffer.alloc(0))).toBe(true)
      const check = { ...receipt, KeyId, Message: message, Signature: ready.Signature }
      expect((await clients.kms.send(new VerifyCommand(check))).SignatureValid).toBe(true)
      const other = clients.kms.send(new VerifyCommand({ ...check, Message: digest }))
      expect((await refusal(other)).name).toBe('KMSInvalidSignatureException')
    }
    const again = createKms({ directory, keys }).handle('GetPublicKey', { KeyId }) as { PublicKey: string }
    expect(again.PublicKey).toBe(Buffer.from(PublicKey ?? []).toString('base64'))
    expect(statSync(join(directory, 'kms-keys.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory).filter((name) => name.endsWith('.tmp'))).toEqual([])
    writeFileSync(join(directory, 'kms-keys.json'), '{ damaged')
    expect(() => createKms({ directory, keys })).toThrow()
  })

  it('make and verify MACs', async () => {
    const { clients } = await cloudStand()
    const pin = {
      KeyId: 'alias/tracking-pin',
      MacAlgorithm: 'HMAC_SHA_256',
      Message: Buffer.from('x'),
    } as const
    const { Mac } = await clients.kms.send(new GenerateMacCommand(pin))
    expect((await clients.kms.send(new VerifyMacCommand({ ...pin, Mac }))).MacValid).toBe(true)
    const wrong = clients.kms.send(new VerifyMacCommand({ ...pin, Message: Buffer.from('y'), Mac }))
    expect((await refusal(wrong)).name).toBe('KMSInvalidMacException')
    const { KeyMetadata } = await clients.kms.send(new DescribeKeyCommand({ KeyId: pin.KeyId }))
    expect(KeyMetadata).toMatchObject({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC', Enabled: true })
  })

  it('refuse what they are not for', async () => {
    const { clients } = await cloudStand()
    const sign = async (more: object) =>
      (await refusal(clients.kms.send(new SignCommand({ ...receipt, Message: Buffer.from('x'), ...more }))))
        .name
    expect(await sign({ KeyId: 'alias/absent' })).toBe('NotFoundException')
    expect(await sign({ KeyId: 'alias/tracking-pin' })).toBe('InvalidKeyUsageException')
    expect(await sign({ SigningAlgorithm: 'ECDSA_SHA_384' })).toBe('InvalidKeyUsageException')
    expect(await sign({ SigningAlgorithm: 'nonsense' })).toBe('ValidationException')
    expect(await sign({ MessageType: 'DIGEST' })).toBe('ValidationException')
    expect(await sign({ Message: Buffer.alloc(0) })).toBe('ValidationException')
    expect(await sign({ Message: Buffer.alloc(4097) })).toBe('ValidationException')
    const mac = clients.kms.send(new GetPublicKeyCommand({ KeyId: 'alias/tracking-pin' }))
    expect((await refusal(mac)).name).toBe('UnsupportedOperationException')
  })
})

describe('events', () => {
  const good: PutEventsRequestEntry = {
    EventBusName: 'motcua',
    Source: 'motcua.filing',
    DetailType: 'Filed',
    Detail: '{"n":1}',
  }

  it('are delivered as EventBridge delivers them, and fail one by one', async () => {
    const { clients, events } = await cloudStand()
    const answer = await clients.events.send(
      new PutEventsCommand({
        Entries: [
          { ...good, Time: new Date('2026-02-03T04:05:06.789Z'), Resources: ['arn:x'] },
          { ...good, Detail: '{"n":' },
          { ...good, Detail: '[1]' },
          { ...good, Source: undefined },
          { ...good, DetailType: '' },
          { ...good, EventBusName: 'other' },
          { ...good, Source: 'aws.s3' },
          { ...good, EventBusName: 'arn:aws:events:ap-southeast-1:000000000000:event-bus/motcua' },
        ],
      }),
    )
    expect(answer.FailedEntryCount).toBe(6)
    expect(answer.Entries?.map((entry) => entry.ErrorCode)).toEqual([
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'InvalidArgument',
      'ResourceNotFoundException',
      'NotAuthorizedForSourceException',
      undefined,
    ])
    expect(events).toHaveLength(2)
    expect(events[0]).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'Filed',
      source: 'motcua.filing',
      account: '000000000000',
      time: '2026-02-03T04:05:06Z',
      region: 'ap-southeast-1',
      resources: ['arn:x'],
      detail: { n: 1 },
    })
    expect(events[1]?.time).toBe('2026-01-01T00:00:00Z')
  })

  it('are refused together when there are too many, none, or too much', async () => {
    const { clients, events } = await cloudStand()
    const put = (Entries: PutEventsRequestEntry[]) =>
      refusal(clients.events.send(new PutEventsCommand({ Entries })))
    expect((await put([])).name).toBe('ValidationException')
    expect((await put(Array.from({ length: 11 }, () => good))).name).toBe('ValidationException')
    const Detail = JSON.stringify({ x: 'đ'.repeat(140_000) })
    expect((await put([good, { ...good, Detail }])).name).toBe('ValidationException')
    expect(events).toEqual([])
  })

  it('are not acknowledged when they could not be taken over', async () => {
    const { clients } = await cloudStand({
      accept: () => {
        throw new Error('the disk is full')
      },
    })
    const put = clients.events.send(new PutEventsCommand({ Entries: [good] }))
    expect(await refusal(put)).toEqual({ name: 'InternalFailure', status: 500 })
  })
})

describe('queues seen by their client', () => {
  it('carry a message from the sender to the receiver', async () => {
    const { clients, cloud, clock } = await cloudStand()
    const { sqs } = clients
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }))
    expect(QueueUrl).toBe(`${cloud.url}/000000000000/work`)
    const MessageAttributes = { trace: { DataType: 'String', StringValue: 'đ1' } }
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'Đơn', MessageAttributes }))
    expect(sent.MD5OfMessageAttributes).toMatch(/^[0-9a-f]{32}$/)
    const receive = (more: object = {}) =>
      sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
          ...more,
        }),
      )
    const [message] = (await receive()).Messages ?? []
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'Đơn',
      MessageAttributes,
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(clock.at) },
    })
    expect((await receive()).Messages).toBeUndefined()
    const ReceiptHandle = message?.ReceiptHandle
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
    const [again] = (await receive({ WaitTimeSeconds: 1 })).Messages ?? []
    const attributes = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))
    expect(attributes.Attributes).toMatchObject({
      ApproximateNumberOfMessagesNotVisible: '1',
      VisibilityTimeout: '30',
    })
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }))
    clock.at += 60_000
    expect((await receive()).Messages).toBeUndefined()
  })

  it('carry batches, of which single messages can fail', async () => {
    const { clients, cloud, queues } = await cloudStand()
    const QueueUrl = `${cloud.url}/000000000000/work`
    const Entries = [
      { Id: 'a', MessageBody: '1' },
      { Id: 'b', MessageBody: 'x'.repeat(262_145) },
      { Id: 'c', MessageBody: '3', DelaySeconds: 901 },
      { Id: 'd', MessageBody: '4' },
    ]
    const sent = await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'd'])
    expect(sent.Failed?.map(({ Id, Code }) => [Id, Code])).toEqual([
      ['b', 'InvalidParameterValue'],
      ['c', 'InvalidParameterValue'],
    ])
    const handles = queues
      .receive('work', 10)
      .map((message, index) => ({ Id: String(index), ReceiptHandle: message.receiptHandle }))
    const deleted = await clients.sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [...handles, { Id: 'x', ReceiptHandle: 'x' }] }),
    )
    expect(deleted.Successful).toHaveLength(2)
    expect(deleted.Failed).toMatchObject([{ Id: 'x', Code: 'ReceiptHandleIsInvalid' }])
    const twice = [
      Entries[0] as { Id: string; MessageBody: string },
      Entries[0] as { Id: string; MessageBody: string },
    ]
    const refused = await refusal(clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: twice })))
    expect(refused).toMatchObject({ name: expect.stringContaining('BatchEntryIdsNotDistinct'), status: 400 })
    const absent = clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'absent' }))
    expect((await refusal(absent)).name).toBe('QueueDoesNotExist')
  })
})
