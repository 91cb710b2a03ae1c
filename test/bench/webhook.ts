import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { credentials, region } from '../../infra/local/environment.ts'
import { tableName } from '../../infra/local/tables-setup.ts'
import { beginPayment, costlyDossier, vnpayFields, vnpayQuery } from '../kit/fees.ts'
import { startStack } from '../kit/stack.ts'
import { median } from './median.ts'

export interface WebhookFigures {
  /** A genuine call of the provider, against a handler that only writes as many items in one transaction. */
  medianRatio: number
  calls: number
  bareCalls: number
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

/** The two in turn, so that a slow moment of the machine meets both. */
export const measureWebhook = async (pairs: number): Promise<WebhookFigures> => {
  const stack = await startStack()
  try {
    stack.runner.hold(true)
    const token = await stack.citizen()
    const dynamo = DynamoDBDocumentClient.from(
      new DynamoDBClient({ endpoint: stack.runner.storageUrl, region, credentials }),
    )
    const databaseCalls = (): number =>
      stack.runner.calls().filter(({ target }) => target === 'dynamodb').length
    const ratios: number[] = []
    let [calls, bareCalls] = [0, 0]
    for (let n = 0; n < pairs; n += 1) {
      const payment = await beginPayment(stack, token, await costlyDossier(stack, token))
      const path = `/v1/webhooks/vnpay?${vnpayQuery(vnpayFields(payment.json.redirectUrl))}`
      const bare = (): Promise<unknown> =>
        dynamo.send(
          new TransactWriteCommand({
            TransactItems: Array.from({ length: 6 }, (_, item) => ({
              Put: {
                TableName: tableName('payment'),
                Item: { pk: `bench#${n}`, sk: `item#${item}`, text: 'x'.repeat(400) },
                ConditionExpression: 'attribute_not_exists(pk)',
              },
            })),
          }),
        )
      stack.runner.resetCalls()
      const whole = await timed(() => stack.call('GET', path))
      calls = databaseCalls()
      stack.runner.resetCalls()
      ratios.push(whole / (await timed(bare)))
      bareCalls = databaseCalls()
    }
    return { medianRatio: median(ratios), calls, bareCalls }
  } finally {
    await stack.stop()
  }
}
