import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { type TableSchema, unpublished } from '../../shared/dynamo.ts'
import type { Permission, Statement } from './permission.ts'
import { through } from './province-keys.ts'

const actions = {
  get: 'dynamodb:GetItem',
  'batch-get': 'dynamodb:BatchGetItem',
  query: 'dynamodb:Query',
  /** The same action, on the indexes of the schema instead of the table. */
  list: 'dynamodb:Query',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  check: 'dynamodb:ConditionCheckItem',
} as const
export type TableVerb = keyof typeof actions

const writing: readonly TableVerb[] = ['put', 'update', 'delete']
const readKey = ['kms:Decrypt', 'kms:DescribeKey']
const writeKey = [
  ...readKey,
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
]

const attribute = (name: string) => ({ name, type: AttributeType.STRING })

/** The table of a context: on demand, restorable to any second of 35 days, and never deleted with the stack. */
export class ContextTable extends Construct {
  readonly table: Table
  readonly key: IKey
  readonly #indexes: readonly string[]

  constructor(scope: Construct, id: string, schema: TableSchema, key: IKey) {
    super(scope, id)
    this.key = key
    this.table = new Table(this, 'Table', {
      partitionKey: attribute('pk'),
      sortKey: attribute('sk'),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: 'ttl',
    })
    for (const [indexName, { partition, sort, include }] of Object.entries(schema.indexes))
      this.table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: attribute(partition),
        sortKey: attribute(sort),
        ...(include
          ? { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...include] }
          : { projectionType: ProjectionType.ALL }),
      })
    this.table.addGlobalSecondaryIndex({
      indexName: unpublishedIndex,
      partitionKey: attribute(unpublished.partition),
      sortKey: attribute(unpublished.sort),
      projectionType: ProjectionType.ALL,
    })
    this.#indexes = Object.keys(schema.indexes)
  }

  /** Exactly these kinds of access. */
  may<const Name extends string>(variable: Name, ...verbs: readonly TableVerb[]): Permission<Name> {
    const arn = this.table.tableArn
    const statements: Statement[] = [
      {
        actions: verbs.filter((verb) => verb !== 'list').map((verb) => actions[verb]),
        resources: [arn],
      },
      {
        actions: verbs.some((verb) => writing.includes(verb)) ? writeKey : readKey,
        resources: [this.key.keyArn],
        conditions: through('dynamodb'),
      },
    ]
    if (verbs.includes('list'))
      statements.push({
        actions: [actions.list],
        resources: this.#indexes.map((index) => `${arn}/index/${index}`),
      })
    return {
      variables: { [variable]: this.table.tableName } as Record<Name, string>,
      statements,
    }
  }
}

/** The name of the sparse index over events that wait. */
const unpublishedIndex = 'unpublished'

/** Takes events off the work list of these outboxes. Nothing else of the tables. */
export const markPublished = (tables: readonly ContextTable[]): Permission<never> => ({
  variables: {},
  statements: tables.flatMap(({ table, key }) => [
    { actions: [actions.update], resources: [table.tableArn] },
    { actions: writeKey, resources: [key.keyArn], conditions: through('dynamodb') },
  ]),
})

/** Finds the events that wait in these outboxes. */
export const findUnpublished = (tables: readonly ContextTable[]): Permission<'OUTBOX_TABLES'> => ({
  variables: { OUTBOX_TABLES: tables.map(({ table }) => table.tableName).join(',') },
  statements: tables.map(({ table }) => ({
    actions: [actions.query],
    resources: [`${table.tableArn}/index/${unpublishedIndex}`],
  })),
})

/** What Lambda's poller needs of a table's stream. The key has no condition: no service name is given for streams. */
export const streamRead = ({ table, key }: ContextTable): Statement[] => [
  {
    actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    resources: table.tableStreamArn ? [table.tableStreamArn] : [],
  },
  {
    actions: ['dynamodb:ListStreams'],
    resources: ['*'],
    wide: {
      finding: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Lambda refuses to follow a stream without this right, which cannot be given for one table.',
    },
  },
  { actions: ['kms:Decrypt'], resources: [key.keyArn] },
]
