import { describe, expect, test } from 'vitest'
import { provinces, synthesize } from './synthesized.ts'

/**
 * What holds data or makes it readable. CloudFormation knows a resource by its logical id alone: another id is
 * another, empty table, and the old one stays behind with everything in it. Change nothing here that is deployed.
 */
const statefulOf = (hasEdge: boolean) => ({
  'AWS::DynamoDB::Table': [
    'CatalogueRecordsTableEDEC0EF4',
    'DocumentsRecordsTableD74D13C2',
    'DossiersRecordsTable64918F2D',
    'NotificationsRecordsTable209E7BF9',
    'PaymentsRecordsTableFD548258',
  ],
  'AWS::S3::Bucket': ['DocumentsCleanBucketF4FB6B73', 'DocumentsQuarantineBucket09786CE3'],
  'AWS::KMS::Key': [
    'KeysCitizenRefC9F0D93B',
    'KeysDataA2F7C5E6',
    'KeysMessagesE856B267',
    'KeysReceipt0583B4D5',
    'KeysTrackingPin95D036A3',
  ],
  'AWS::SecretsManager::Secret': [
    ...(hasEdge ? ['DoorkeeperSecret633F083B'] : []),
    'NotificationsSmtpSecretDAB94488',
  ],
})

describe.each(provinces)('the stack of province $code', (province) => {
  const { resources, of } = synthesize(province)
  const stateful = statefulOf(province.edge !== undefined)

  test('stays well below the 500 resources of CloudFormation', () => {
    expect(resources.size).toBeLessThan(400)
  })

  test.each(Object.entries(stateful))(
    '%s: logical ids are pinned, and none goes with the stack',
    (type, ids) => {
      expect(
        of(type)
          .map(([id]) => id)
          .sort(),
      ).toEqual(ids)
      for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of of(type))
        expect({ id, DeletionPolicy, UpdateReplacePolicy }).toEqual({
          id,
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
        })
    },
  )

  test('nothing that keeps data is missing in the pinned table', () => {
    const keeping =
      /::(Table|GlobalTable|Bucket|Key|ReplicaKey|DBCluster|DBInstance|FileSystem|Secret|UserPool)$/
    const types = new Set(
      [...resources.values()].map(({ Type }) => Type).filter((type) => keeping.test(type)),
    )
    expect([...types].sort()).toEqual(Object.keys(stateful).sort())
  })

  test('a table can be restored to any second, is not deleted by accident and costs nothing at rest', () => {
    for (const [, { Properties: table }] of of('AWS::DynamoDB::Table'))
      expect(table).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        DeletionProtectionEnabled: true,
        SSESpecification: {
          SSEEnabled: true,
          SSEType: 'KMS',
          KMSMasterKeyId: { 'Fn::GetAtt': ['KeysDataA2F7C5E6', 'Arn'] },
        },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      })
  })

  test('a bucket is closed to the public, encrypted under our key, versioned, and speaks TLS only', () => {
    for (const [id, { Properties: bucket }] of of('AWS::S3::Bucket')) {
      expect(bucket).toMatchObject({
        VersioningConfiguration: { Status: 'Enabled' },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' }, BucketKeyEnabled: true },
          ],
        },
      })
      const origins = bucket.CorsConfiguration.CorsRules.flatMap(
        (rule: { AllowedOrigins: string[] }) => rule.AllowedOrigins,
      )
      expect(origins).toEqual(province.cors.origins)
      const policy = of('AWS::S3::BucketPolicy').find(([, { Properties }]) => Properties.Bucket.Ref === id)
      expect(policy?.[1].Properties.PolicyDocument.Statement).toContainEqual(
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      )
    }
  })

  test('files nobody looked at go after a month; inspected files are never deleted by a rule', () => {
    const rules = Object.fromEntries(
      of('AWS::S3::Bucket').map(([id, { Properties }]) => [
        id,
        (Properties.LifecycleConfiguration.Rules as Record<string, unknown>[]).map(
          ({ Id, Status, ...what }) => `${Id}: ${JSON.stringify(what)}`,
        ),
      ]),
    )
    const aborted = 'abort-uploads: {"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":1}}'
    expect(rules).toEqual({
      DocumentsCleanBucketF4FB6B73: [aborted],
      DocumentsQuarantineBucket09786CE3: [
        aborted,
        'expire: {"ExpirationInDays":30,"NoncurrentVersionExpiration":{"NoncurrentDays":30}}',
        'sweep-markers: {"ExpiredObjectDeleteMarker":true}',
      ],
    })
  })

  test('quarantine is read by nobody but the inspection and the function that asks whether a file has come', () => {
    const policies = of('AWS::S3::BucketPolicy').flatMap(
      ([, { Properties }]) => Properties.PolicyDocument.Statement as { Sid?: string }[],
    )
    expect(policies.filter(({ Sid }) => Sid === 'OnlyInspection')).toEqual([
      {
        Sid: 'OnlyInspection',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: {
          'Fn::Join': ['', [{ 'Fn::GetAtt': ['DocumentsQuarantineBucket09786CE3', 'Arn'] }, '/*']],
        },
        Condition: {
          StringNotEquals: {
            'aws:PrincipalArn': [
              { 'Fn::GetAtt': [expect.stringMatching(/^DocumentsInspectRole/), 'Arn'] },
              { 'Fn::GetAtt': [expect.stringMatching(/^DocumentsApiRole/), 'Arn'] },
            ],
          },
        },
      },
    ])
  })

  test('each key does one thing', () => {
    const keys = Object.fromEntries(
      of('AWS::KMS::Key').map(([id, { Properties: key }]) => [
        id.replace(/[0-9A-F]{8}$/, ''),
        [
          key.KeySpec ?? 'SYMMETRIC',
          key.KeyUsage ?? 'ENCRYPT',
          key.Origin ?? 'AWS',
          key.EnableKeyRotation ?? false,
        ],
      ]),
    )
    expect(keys).toEqual({
      KeysData: ['SYMMETRIC', 'ENCRYPT', 'AWS', true],
      KeysMessages: ['SYMMETRIC', 'ENCRYPT', 'AWS', true],
      KeysReceipt: ['ECC_NIST_P256', 'SIGN_VERIFY', 'AWS', false],
      // Imported, so that a person keeps the same reference on another host.
      KeysCitizenRef: ['HMAC_256', 'GENERATE_VERIFY_MAC', 'EXTERNAL', false],
      KeysTrackingPin: ['HMAC_256', 'GENERATE_VERIFY_MAC', 'AWS', false],
    })
  })

  test('logs are kept as long as the province says, and outlive the stack', () => {
    for (const [, log] of of('AWS::Logs::LogGroup')) {
      expect(log.Properties.RetentionInDays).toBeGreaterThanOrEqual(province.logRetentionMonths * 30.4)
      expect(log.DeletionPolicy).toBe('Retain')
    }
    expect(of('AWS::Logs::LogGroup')).toHaveLength(of('AWS::Lambda::Function').length + 1)
  })
})
