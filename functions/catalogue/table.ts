import type { TableSchema } from '../../shared/dynamo.ts'

/**
 * | pk                 | sk           | what                                                   |
 * |--------------------|--------------|--------------------------------------------------------|
 * | `procedure#<code>` | `head`       | number, beginning and content hash of every version    |
 * | `procedure#<code>` | `version#n`  | one version, whole, as JSON text; never written again  |
 * | `procedure#<code>` | `event#n`    | the outbox                                             |
 * | `list`             | `<code>`     | what the public list shows                             |
 */
export const catalogueTable: TableSchema = { context: 'catalogue', indexes: {} }
