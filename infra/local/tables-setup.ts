import { setTimeout as sleep } from 'node:timers/promises'
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb'
import type { TableSchema } from '../../shared/dynamo.ts'
import { tableInput } from './tables.ts'

export const tableName = (context: string): string => `motcua-${context}`

/** Makes the tables that are not there yet, and waits until each can be used. */
export const createTables = async (
  engine: DynamoDBClient,
  schemas: readonly TableSchema[],
): Promise<string[]> => {
  const names: string[] = []
  for (const schema of schemas) {
    const name = tableName(schema.context)
    try {
      await engine.send(new CreateTableCommand(tableInput(schema, name)))
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error
    }
    for (let tries = 0; ; tries += 1) {
      const { Table } = await engine.send(new DescribeTableCommand({ TableName: name }))
      if (Table?.TableStatus === 'ACTIVE') break
      if (tries === 100) throw new Error(`the table ${name} does not become active`)
      await sleep(100)
    }
    names.push(name)
  }
  return names
}
