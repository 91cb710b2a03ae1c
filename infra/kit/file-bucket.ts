import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  type LifecycleRule,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import type { Permission, Statement, Width } from './permission.ts'
import { through } from './province-keys.ts'

const actions = {
  read: ['s3:GetObject'],
  put: ['s3:PutObject'],
  delete: ['s3:DeleteObject'],
  /** Without it a file that is not there is answered as forbidden, and cannot be told from a mistake of ours. */
  miss: ['s3:ListBucket'],
} as const
export type BucketVerb = keyof typeof actions

interface FileBucketProps {
  key: IKey
  /** The pages from which a browser may call, and how. */
  origins: readonly string[]
  methods: readonly HttpMethods[]
  /** Every file goes after so many days. Without it none ever does. */
  expiresAfter?: Duration
}

const expiry = (after: Duration): LifecycleRule[] => [
  { id: 'expire', expiration: after, noncurrentVersionExpiration: after },
  { id: 'sweep-markers', expiredObjectDeleteMarker: true },
]

/** A bucket for citizens' files: encrypted with the province's key, versioned, closed to the public. */
export class FileBucket extends Construct {
  readonly bucket: Bucket
  readonly #key: IKey
  readonly #wide: Width

  constructor(scope: Construct, id: string, { key, origins, methods, expiresAfter }: FileBucketProps) {
    super(scope, id)
    this.#key = key
    this.bucket = new Bucket(this, 'Bucket', {
      versioned: true,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { id: 'abort-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        ...(expiresAfter ? expiry(expiresAfter) : []),
      ],
      cors: [
        {
          allowedOrigins: [...origins],
          allowedMethods: [...methods],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag', 'Content-Length', 'Content-Disposition'],
          maxAge: 3_600,
        },
      ],
    })
    this.#wide = {
      finding: `AwsSolutions-IAM5[Resource::<${Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket)}.Arn>/*]`,
      reason: 'The files of a bucket are not known beforehand; the actions are named one by one.',
    }
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'An access log of the bucket would hold the signed addresses of files. Our functions alone give those out, and log it.',
    })
  }

  /**
   * Nobody else reads a file here, whatever their own policy says: not an operator, not the owner of the account.
   * (The head of an object needs the same right as its content, so who asks whether a file is there is named too.)
   */
  onlyReadBy(...roles: readonly IRole[]): void {
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyInspection',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [`${this.bucket.bucketArn}/*`],
        conditions: { StringNotEquals: { 'aws:PrincipalArn': roles.map(({ roleArn }) => roleArn) } },
      }),
    )
  }

  /** Exactly these kinds of access. */
  may<const Name extends string>(variable: Name, ...verbs: readonly BucketVerb[]): Permission<Name> {
    const arn = this.bucket.bucketArn
    const onObjects = verbs.filter((verb) => verb !== 'miss')
    const statements: Statement[] = [
      { actions: onObjects.flatMap((verb) => actions[verb]), resources: [`${arn}/*`], wide: this.#wide },
    ]
    if (verbs.includes('miss')) statements.push({ actions: actions.miss, resources: [arn] })
    const onKey = [
      ...(verbs.includes('read') ? ['kms:Decrypt'] : []),
      ...(verbs.includes('put') ? ['kms:GenerateDataKey'] : []),
    ]
    if (onKey.length > 0)
      statements.push({ actions: onKey, resources: [this.#key.keyArn], conditions: through('s3') })
    return { variables: { [variable]: this.bucket.bucketName } as Record<Name, string>, statements }
  }
}

/** Where citizens put files that nobody has looked at yet. */
export const quarantine = (scope: Construct, key: IKey, origins: readonly string[]): FileBucket =>
  new FileBucket(scope, 'Quarantine', {
    key,
    origins,
    methods: [HttpMethods.POST, HttpMethods.PUT],
    expiresAfter: Duration.days(30),
  })

/** Where inspected files are kept. Only the law on retention ends their stay, never a rule of the bucket. */
export const cleanFiles = (scope: Construct, key: IKey, origins: readonly string[]): FileBucket =>
  new FileBucket(scope, 'Clean', { key, origins, methods: [HttpMethods.GET, HttpMethods.HEAD] })
