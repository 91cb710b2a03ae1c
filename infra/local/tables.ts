import type { CreateTableCommandInput, GlobalSecondaryIndex } from '@aws-sdk/client-dynamodb'
import { type TableSchema, unpublished } from '../../shared/dynamo.ts'

type Index = TableSchema['indexes'][string]

/** Every table has the index of events that wait. */
const indexesOf = (schema: TableSchema): Record<string, Index> => ({ ...schema.indexes, unpublished })

const projectionOf = (include: Index['include']): GlobalSecondaryIndex['Projection'] =>
  include ? { ProjectionType: 'INCLUDE', NonKeyAttributes: [...include] } : { ProjectionType: 'ALL' }

const keysOf = (partition: string, sort: string) => [
  { AttributeName: partition, KeyType: 'HASH' as const },
  { AttributeName: sort, KeyType: 'RANGE' as const },
]

/** The table of a context as `CreateTable` wants it; the stack builds the same from the same schema. */
export const tableInput = (schema: TableSchema, name: string): CreateTableCommandInput => {
  const indexes = Object.entries(indexesOf(schema))
  const attributes = new Set(['pk', 'sk', ...indexes.flatMap(([, { partition, sort }]) => [partition, sort])])
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...attributes].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keysOf('pk', 'sk'),
    GlobalSecondaryIndexes: indexes.map(([IndexName, { partition, sort, include }]) => ({
      IndexName,
      KeySchema: keysOf(partition, sort),
      Projection: projectionOf(include),
    })),
  }
}
