import type { TableSchema } from '../../shared/dynamo.ts'

/**
 * One item collection, `person#<ref>`: `inbox#<time>#<id>`, `delivery#<id>`, `preferences` and `reply#<scope>`.
 * Everything is asked by person, so there is no index; nothing is published, so there is no outbox.
 */
export const notificationTable = {
  context: 'notification',
  indexes: {},
} as const satisfies TableSchema
