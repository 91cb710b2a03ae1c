import { describe, expect, test } from 'vitest'
import { entries } from '../../functions/entries.ts'
import { provinces, type Resource, synthesize, textOf } from './synthesized.ts'

describe.each(provinces)('what starts functions in province $code', (province) => {
  const { of, functions } = synthesize(province)
  const queues = of('AWS::SQS::Queue')
  const arnOf = (value: { 'Fn::GetAtt'?: string[] } | undefined): string | undefined =>
    value?.['Fn::GetAtt']?.[0]
  const deadLettersOf = ({ Properties }: Resource): string | undefined =>
    arnOf(Properties.RedrivePolicy?.deadLetterTargetArn)
  const endings = new Set(queues.map(([, queue]) => deadLettersOf(queue)).filter((id) => id !== undefined))
  const lost = of('AWS::Lambda::EventSourceMapping')
    .map(([, { Properties }]) => arnOf(Properties.DestinationConfig?.OnFailure?.Destination))
    .filter((id) => id !== undefined)

  test('every function of the list is deployed once, as large and as patient as it says', () => {
    expect(functions.map(({ entry }) => entry.name).sort()).toEqual(entries.map(({ name }) => name).sort())
    expect(
      of('AWS::Lambda::Function')
        .filter(([id]) => !id.startsWith('Doorkeeper'))
        .map(([, { Properties: p }]) => [
          p.Description,
          p.Timeout,
          p.MemorySize,
          p.Runtime,
          p.Architectures[0],
        ])
        .sort(),
    ).toEqual(
      entries
        .map(({ name, timeoutSeconds, memoryMb }) => [
          `${name} of province ${province.code}`,
          timeoutSeconds,
          memoryMb,
          'nodejs24.x',
          'arm64',
        ])
        .sort(),
    )
  })

  test('every queue has dead letters or is where they end, and every end has an alarm', () => {
    const ends = new Set([...endings, ...lost])
    for (const [id, queue] of queues)
      if (!ends.has(id)) expect(deadLettersOf(queue), `${id} has no dead letters`).toBeDefined()
    const watched = of('AWS::CloudWatch::Alarm')
      .filter(([, { Properties }]) => Properties.MetricName === 'ApproximateNumberOfMessagesVisible')
      .map(([, { Properties }]) => Properties.Dimensions[0].Value['Fn::GetAtt'][0])
    expect(watched.sort()).toEqual([...ends].sort())
  })

  test('every queue is encrypted under the key that lets EventBridge in', () => {
    for (const [, { Properties }] of queues) expect(textOf(Properties.KmsMasterKeyId)).toBe('KeysMessages')
    const key = of('AWS::KMS::Key').find(([id]) => id.startsWith('KeysMessages'))?.[1]
    const statements: { Principal: { Service?: string[] } }[] = key?.Properties.KeyPolicy.Statement ?? []
    const services = statements
      .filter(({ Principal }) => Principal.Service)
      .map(({ Principal, ...rest }) => ({ ...rest, to: [Principal.Service].flat().sort() }))
    expect(services).toEqual([
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Resource: '*',
        to: ['cloudwatch.amazonaws.com', 'events.amazonaws.com'],
      },
    ])
  })

  const consumers = entries.flatMap(({ name, trigger }) =>
    trigger.kind === 'queue' ? [{ name, trigger }] : [],
  )
  test.each(consumers)('$name gets what it consumes, and only from its own rule', ({ name, trigger }) => {
    const rule = of('AWS::Events::Rule').find(
      ([, { Properties }]) =>
        JSON.stringify(Properties.EventPattern?.['detail-type']) === JSON.stringify(trigger.consumes) &&
        textOf(Properties.Targets[0].Arn)
          .toLowerCase()
          .includes(name.split('-')[1] ?? ''),
    )
    expect(textOf(rule?.[1].Properties.EventBusName)).toBe('Bus')
    const [target] = rule?.[1].Properties.Targets ?? []
    const queueId = arnOf(target.Arn) ?? ''
    const queue = queues.find(([id]) => id === queueId)?.[1]
    expect(arnOf(target.DeadLetterConfig.Arn)).toBe(queue && deadLettersOf(queue))
    expect(queue?.Properties.VisibilityTimeout).toBe(trigger.visibilitySeconds)
    expect(queue?.Properties.RedrivePolicy.maxReceiveCount).toBe(trigger.maxReceives)
    for (const id of [queueId, arnOf(target.DeadLetterConfig.Arn)]) {
      const policy = of('AWS::SQS::QueuePolicy').find(([, { Properties }]) => Properties.Queues[0].Ref === id)
      expect(
        policy?.[1].Properties.PolicyDocument.Statement.filter(
          ({ Effect }: { Effect: string }) => Effect === 'Allow',
        ),
      ).toEqual([
        expect.objectContaining({
          Action: 'sqs:SendMessage',
          Principal: { Service: 'events.amazonaws.com' },
          Condition: { ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': [rule?.[0], 'Arn'] } } },
        }),
      ])
    }
    const feed = of('AWS::Lambda::EventSourceMapping').find(
      ([, { Properties }]) => arnOf(Properties.EventSourceArn) === queueId,
    )
    expect(feed?.[1].Properties).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: expect.any(Number) },
    })
  })

  test('a message is not shown again while its function may still be at work on it', () => {
    for (const { name, trigger, timeoutSeconds } of entries)
      if (trigger.kind === 'queue')
        expect(trigger.visibilitySeconds, name).toBeGreaterThanOrEqual(timeoutSeconds)
  })

  test('the relay follows every table, gives no event up and splits a batch that fails', () => {
    const streams = of('AWS::Lambda::EventSourceMapping').filter(
      ([, { Properties }]) => Properties.StartingPosition,
    )
    expect(streams.map(([, { Properties }]) => arnOf(Properties.EventSourceArn)).sort()).toEqual(
      of('AWS::DynamoDB::Table')
        .map(([id]) => id)
        .sort(),
    )
    for (const [, { Properties }] of streams) {
      expect(Properties).toMatchObject({
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: -1,
      })
      expect(JSON.parse(Properties.FilterCriteria.Filters[0].Pattern)).toEqual({
        dynamodb: { NewImage: { unpublished: { S: [{ exists: true }] } } },
      })
    }
  })

  test('what strangers feed and what pays has its own share of the account, as the province says', () => {
    const reserved = of('AWS::Lambda::Function').flatMap(([, { Properties: p }]) =>
      p.ReservedConcurrentExecutions === undefined
        ? []
        : [[String(p.Description).split(' ')[0], p.ReservedConcurrentExecutions]],
    )
    const { inspect, notify, paymentWebhook } = province.concurrency
    expect(Object.fromEntries(reserved)).toEqual({
      'document-inspect': inspect,
      'payment-webhook': paymentWebhook,
    })
    const fed = of('AWS::Lambda::EventSourceMapping').flatMap(
      ([, { Properties }]) => Properties.ScalingConfig?.MaximumConcurrency ?? [],
    )
    // More than are reserved would come back, and after some times lie among the dead letters.
    expect(fed.sort((a, b) => a - b)).toEqual([notify, inspect])
  })

  test('every schedule has an alarm for when it no longer runs', () => {
    const scheduled = of('AWS::Events::Rule').filter(([, { Properties }]) => Properties.ScheduleExpression)
    const alarmed = of('AWS::CloudWatch::Alarm').filter(
      ([, { Properties }]) =>
        Properties.MetricName === 'Invocations' && Properties.TreatMissingData === 'breaching',
    )
    expect(scheduled).toHaveLength(entries.filter(({ trigger }) => trigger.kind === 'schedule').length)
    expect(alarmed.map(([, { Properties }]) => Properties.Dimensions[0].Value.Ref).sort()).toEqual(
      scheduled.map(([, { Properties }]) => arnOf(Properties.Targets[0].Arn)).sort(),
    )
  })

  test('every alarm is named by its place, says what it means, and reaches the topic', () => {
    for (const [id, { Properties }] of of('AWS::CloudWatch::Alarm')) {
      const name = String(Properties.AlarmName)
      expect(id).toContain(name.split('/').slice(1).join(''))
      expect(Properties.AlarmDescription.length, id).toBeGreaterThan(20)
      expect(textOf(Properties.AlarmActions[0])).toBe('AlarmsTopic')
    }
  })
})
