import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { tableInput } from '../../infra/local/tables.ts'
import type { Dynamo, TableSchema } from '../../shared/dynamo.ts'

/** Makes the tables of some contexts; the answer names each by its context. */
export const createTables = async <const Schemas extends readonly TableSchema[]>(
  dynamo: Dynamo,
  schemas: Schemas,
  prefix = 'test',
): Promise<Record<string, string>> => {
  const names: Record<string, string> = {}
  for (const schema of schemas) {
    const name = `${prefix}-${schema.context}`
    await dynamo.send(new CreateTableCommand(tableInput(schema, name)))
    names[schema.context] = name
  }
  return names
}
