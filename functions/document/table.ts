import type { TableSchema } from '../../shared/dynamo.ts'

/** `awaiting` holds only uploads that may still have to be cleared away; it is read by the hourly cleanup. */
export const documentTable = {
  context: 'document',
  indexes: { awaiting: { partition: 'awaiting', sort: 'createdAt' } },
} as const satisfies TableSchema
