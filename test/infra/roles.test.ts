import { describe, expect, test } from 'vitest'
import { provinces, type Resource, synthesize, textOf } from './synthesized.ts'

const readsTables = 'kms:Decrypt kms:DescribeKey'
const writesTables =
  'kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext kms:ReEncryptFrom kms:ReEncryptTo'
const writesLog = 'logs:CreateLogStream logs:PutLogEvents'
const receives = 'sqs:ChangeMessageVisibility sqs:DeleteMessage sqs:GetQueueAttributes sqs:ReceiveMessage'
const follows = 'dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator'

/**
 * Who may do what to what. Read it as a reviewer: every line is a right that an intruder in that function has.
 * `via s3` means that the key serves only requests that S3 makes for the function.
 */
const rights: Record<string, Record<string, string>> = {
  CatalogueApi: {
    CatalogueApiLog: writesLog,
    CatalogueRecordsTable: 'dynamodb:GetItem dynamodb:Query',
    'KeysData via dynamodb': readsTables,
  },
  DocumentsApi: {
    DocumentsApiLog: writesLog,
    DocumentsCleanBucket: 's3:ListBucket',
    'DocumentsCleanBucket/*': 's3:GetObject',
    DocumentsQuarantineBucket: 's3:ListBucket',
    'DocumentsQuarantineBucket/*': 's3:GetObject s3:PutObject',
    DocumentsRecordsTable: 'dynamodb:BatchGetItem dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem',
    KeysCitizenRef: 'kms:GenerateMac',
    'KeysData via dynamodb': writesTables,
    'KeysData via s3': 'kms:Decrypt kms:GenerateDataKey',
  },
  DocumentsInspect: {
    DocumentsCleanBucket: 's3:ListBucket',
    'DocumentsCleanBucket/*': 's3:GetObject s3:PutObject',
    DocumentsInspectLog: writesLog,
    DocumentsInspectQueue: receives,
    DocumentsInspectQueueDeadLettersQueue: 'sqs:SendMessage',
    DocumentsQuarantineBucket: 's3:ListBucket',
    'DocumentsQuarantineBucket/*': 's3:DeleteObject s3:GetObject',
    DocumentsRecordsTable: 'dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem',
    'KeysData via dynamodb': writesTables,
    'KeysData via s3': 'kms:Decrypt kms:GenerateDataKey',
    'KeysMessages via sqs': 'kms:Decrypt kms:GenerateDataKey',
  },
  DocumentsCleanup: {
    DocumentsCleanupLog: writesLog,
    'DocumentsQuarantineBucket/*': 's3:DeleteObject',
    DocumentsRecordsTable: 'dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem',
    'DocumentsRecordsTable/index/awaiting': 'dynamodb:Query',
    'KeysData via dynamodb': writesTables,
  },
  DossiersApi: {
    CatalogueRecordsTable: 'dynamodb:GetItem dynamodb:Query',
    DocumentsCleanBucket: 's3:ListBucket',
    'DocumentsCleanBucket/*': 's3:GetObject',
    DocumentsRecordsTable: 'dynamodb:BatchGetItem dynamodb:UpdateItem',
    DossiersApiLog: writesLog,
    DossiersRecordsTable: 'dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
    'DossiersRecordsTable/index/owner': 'dynamodb:Query',
    KeysCitizenRef: 'kms:GenerateMac',
    'KeysData via dynamodb': writesTables,
    'KeysData via s3': 'kms:Decrypt',
    KeysReceipt: 'kms:GetPublicKey kms:Sign',
    KeysTrackingPin: 'kms:GenerateMac',
  },
  NotificationsApi: {
    KeysCitizenRef: 'kms:GenerateMac',
    'KeysData via dynamodb': writesTables,
    NotificationsApiLog: writesLog,
    NotificationsRecordsTable: 'dynamodb:GetItem dynamodb:PutItem dynamodb:Query dynamodb:UpdateItem',
  },
  NotificationsSend: {
    CatalogueRecordsTable: 'dynamodb:GetItem dynamodb:Query',
    DossiersRecordsTable: 'dynamodb:GetItem dynamodb:Query',
    'KeysData via dynamodb': writesTables,
    'KeysData via secretsmanager': 'kms:Decrypt',
    'KeysMessages via sqs': 'kms:Decrypt kms:GenerateDataKey',
    KeysTrackingPin: 'kms:GenerateMac',
    NotificationsRecordsTable: 'dynamodb:GetItem dynamodb:PutItem dynamodb:UpdateItem',
    NotificationsSendLog: writesLog,
    NotificationsSendQueue: receives,
    NotificationsSendQueueDeadLettersQueue: 'sqs:SendMessage',
    NotificationsSmtpSecret: 'secretsmanager:GetSecretValue',
    PaymentsRecordsTable: 'dynamodb:GetItem',
  },
  OpsApi: {
    OpsApiLog: writesLog,
  },
  OpsRelay: {
    '*': 'dynamodb:ListStreams',
    Bus: 'events:PutEvents',
    CatalogueRecordsTable: 'dynamodb:UpdateItem',
    'CatalogueRecordsTable.StreamArn': follows,
    DocumentsRecordsTable: 'dynamodb:UpdateItem',
    'DocumentsRecordsTable.StreamArn': follows,
    DossiersRecordsTable: 'dynamodb:UpdateItem',
    'DossiersRecordsTable.StreamArn': follows,
    KeysData: 'kms:Decrypt',
    'KeysData via dynamodb': writesTables,
    'KeysMessages via sqs': 'kms:Decrypt kms:GenerateDataKey',
    NotificationsRecordsTable: 'dynamodb:UpdateItem',
    'NotificationsRecordsTable.StreamArn': follows,
    OpsRelayLog: writesLog,
    OpsRelayLostQueue: 'sqs:SendMessage',
    PaymentsRecordsTable: 'dynamodb:UpdateItem',
    'PaymentsRecordsTable.StreamArn': follows,
  },
  OpsSweep: {
    Bus: 'events:PutEvents',
    CatalogueRecordsTable: 'dynamodb:UpdateItem',
    'CatalogueRecordsTable/index/unpublished': 'dynamodb:Query',
    DocumentsRecordsTable: 'dynamodb:UpdateItem',
    'DocumentsRecordsTable/index/unpublished': 'dynamodb:Query',
    DossiersRecordsTable: 'dynamodb:UpdateItem',
    'DossiersRecordsTable/index/unpublished': 'dynamodb:Query',
    'KeysData via dynamodb': writesTables,
    NotificationsRecordsTable: 'dynamodb:UpdateItem',
    'NotificationsRecordsTable/index/unpublished': 'dynamodb:Query',
    OpsSweepLog: writesLog,
    PaymentsRecordsTable: 'dynamodb:UpdateItem',
    'PaymentsRecordsTable/index/unpublished': 'dynamodb:Query',
  },
  PaymentsApi: {
    DossiersRecordsTable: 'dynamodb:GetItem',
    KeysCitizenRef: 'kms:GenerateMac',
    KeysData: 'kms:Decrypt',
    'KeysData via dynamodb': writesTables,
    PaymentsApiLog: writesLog,
    PaymentsRecordsTable: 'dynamodb:GetItem dynamodb:PutItem dynamodb:Query',
  },
  PaymentsExpire: {
    'KeysData via dynamodb': writesTables,
    PaymentsExpireLog: writesLog,
    PaymentsRecordsTable: 'dynamodb:GetItem dynamodb:PutItem',
    'PaymentsRecordsTable/index/expiring': 'dynamodb:Query',
  },
  /** Everybody may call it: the money and nothing else. */
  PaymentsWebhook: {
    KeysData: 'kms:Decrypt',
    'KeysData via dynamodb': writesTables,
    PaymentsRecordsTable: 'dynamodb:GetItem dynamodb:PutItem',
    PaymentsWebhookLog: writesLog,
  },
}

/** In front of the API of a province with an edge. */
const doorkeeper = { Doorkeeper: { DoorkeeperLog: writesLog, KeysData: 'kms:Decrypt' } }

interface PolicyStatement {
  Effect: string
  Action: string | string[]
  Resource: unknown
  Condition?: { StringEquals?: { 'kms:ViaService'?: unknown } }
}

const listOf = <Item>(value: Item | Item[]): Item[] => (Array.isArray(value) ? value : [value])

/** Resource → actions of a role, as sorted text. */
const rightsOf = (role: Resource): Record<string, string> => {
  const found = new Map<string, Set<string>>()
  const statements = role.Properties.Policies.flatMap(
    ({ PolicyDocument }: { PolicyDocument: { Statement: PolicyStatement[] } }) => PolicyDocument.Statement,
  ) as PolicyStatement[]
  for (const { Effect, Action, Resource, Condition } of statements) {
    if (Effect !== 'Allow') throw new Error('a role that denies is read differently')
    const via = Condition?.StringEquals?.['kms:ViaService']
    for (const resource of listOf(Resource)) {
      const name = `${textOf(resource)}${via ? ` via ${textOf(via).split('.')[0]}` : ''}`
      const actions = found.get(name) ?? new Set()
      for (const action of listOf(Action)) actions.add(action)
      found.set(name, actions)
    }
  }
  return Object.fromEntries(
    [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, actions]) => [name, [...actions].sort().join(' ')]),
  )
}

describe.each(provinces)('the roles of province $code', (province) => {
  const { of } = synthesize(province)
  const roles = Object.fromEntries(
    of('AWS::IAM::Role').map(([id, role]) => [id.replace(/Role[0-9A-F]{8}$/, ''), rightsOf(role)]),
  )

  test('may do exactly this', () => {
    expect(roles).toEqual(province.edge ? { ...rights, ...doorkeeper } : rights)
  })

  test('have no rights from anywhere else', () => {
    expect(of('AWS::IAM::Policy')).toEqual([])
    expect(of('AWS::IAM::ManagedPolicy')).toEqual([])
    for (const [, { Properties }] of of('AWS::IAM::Role')) {
      expect(Properties.ManagedPolicyArns).toBeUndefined()
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ])
    }
  })

  test('name every action, and every resource but the files of a bucket and the list of streams', () => {
    for (const [role, may] of Object.entries(roles))
      for (const [resource, actions] of Object.entries(may)) {
        expect(actions, role).not.toContain('*')
        if (actions === 'dynamodb:ListStreams') continue
        expect(resource.replace(/^Documents(Clean|Quarantine)Bucket\/\*$/, ''), role).not.toContain('*')
      }
  })
})
