import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { BatchWriteCommand, DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb'
import { credentials, region } from '../../infra/local/environment.ts'
import { tableName } from '../../infra/local/tables-setup.ts'
import type { Stack } from '../kit/stack.ts'

/** Puts copies of a dossier straight into the table: every tenth its owner's, the others strangers'. */
export const fillDossiers = async (stack: Stack, count: number, token: string): Promise<void> => {
  const at = { endpoint: stack.runner.engineUrl, region, credentials }
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(at))
  const table = tableName('dossier')
  const id = await stack.draft(token)
  const key = { pk: `dossier#${id}`, sk: 'dossier#head' }
  const { Item: head } = await dynamo.send(new GetCommand({ TableName: table, Key: key }))
  for (let start = 0; start < count; start += 25) {
    const copies = Array.from({ length: Math.min(25, count - start) }, (_, n) => {
      const copy = randomUUID()
      return {
        ...head,
        pk: `dossier#${copy}`,
        id: copy,
        ownerSort: `${head?.createdAt}#${copy}`,
        ...(n % 10 === 0 ? {} : { ownerRef: `stranger-${(start + n) % 5_000}` }),
      }
    })
    const puts = copies.map((Item) => ({ PutRequest: { Item } }))
    await dynamo.send(new BatchWriteCommand({ RequestItems: { [table]: puts } }))
  }
}
