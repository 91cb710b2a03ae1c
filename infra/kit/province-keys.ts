import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib'
import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnKey, Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import type { Permission } from './permission.ts'

/** Services through which a function uses a data key; a stolen role cannot use it on its own. */
export type Through = 'dynamodb' | 's3' | 'secretsmanager' | 'sqs'

export const through = (service: Through) => ({
  StringEquals: { 'kms:ViaService': `${service}.${Aws.REGION}.amazonaws.com` },
})

/** The keys of a province. Whoever loses one loses what lies under it, so none goes when the stack goes. */
export class ProvinceKeys extends Construct {
  /** Tables and buckets. */
  readonly data: Key
  /** Queues and the alarm topic: apart from the data, since services of AWS must be let in here. */
  readonly messages: Key
  readonly #receipt: Key
  readonly #citizenRef: CfnKey
  readonly #trackingPin: Key

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.data = new Key(this, 'Data', {
      description: 'Tables and buckets of the province',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(30),
    })
    this.messages = new Key(this, 'Messages', {
      description: 'Queues and alarms of the province',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(30),
    })
    // No condition on the source: EventBridge and CloudWatch do not always send one along to KMS, and then an
    // event is lost without a word. The policy of each queue names the one rule that may send to it.
    this.messages.addToResourcePolicy(
      new PolicyStatement({
        principals: [
          new ServicePrincipal('events.amazonaws.com'),
          new ServicePrincipal('cloudwatch.amazonaws.com'),
        ],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
      }),
    )
    this.#receipt = new Key(this, 'Receipt', {
      description: 'Signs submission receipts',
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      removalPolicy: RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(30),
    })
    // The material is made outside and imported, so that the province can take it to another host and the same
    // person keeps the same reference. Until it is imported no citizen can sign in.
    this.#citizenRef = new CfnKey(this, 'CitizenRef', {
      description: 'Turns personal numbers into references; imported material',
      origin: 'EXTERNAL',
      keySpec: 'HMAC_256',
      keyUsage: 'GENERATE_VERIFY_MAC',
      pendingWindowInDays: 30,
      keyPolicy: new PolicyDocument({
        statements: [
          new PolicyStatement({
            principals: [new AccountRootPrincipal()],
            actions: ['kms:*'],
            resources: ['*'],
          }),
        ],
      }),
    })
    this.#citizenRef.applyRemovalPolicy(RemovalPolicy.RETAIN)
    this.#trackingPin = new Key(this, 'TrackingPin', {
      description: 'Derives the PIN with which anybody may track a dossier',
      keySpec: KeySpec.HMAC_256,
      keyUsage: KeyUsage.GENERATE_VERIFY_MAC,
      removalPolicy: RemovalPolicy.RETAIN,
      pendingWindow: Duration.days(30),
    })
  }

  referToCitizens(): Permission<'CITIZEN_REF_KEY_ID'> {
    return {
      variables: { CITIZEN_REF_KEY_ID: this.#citizenRef.ref },
      statements: [{ actions: ['kms:GenerateMac'], resources: [this.#citizenRef.attrArn] }],
    }
  }

  derivePins(): Permission<'TRACKING_PIN_KEY_ID'> {
    return {
      variables: { TRACKING_PIN_KEY_ID: this.#trackingPin.keyId },
      statements: [{ actions: ['kms:GenerateMac'], resources: [this.#trackingPin.keyArn] }],
    }
  }

  /** The first id signs; a retired key stays in the list for ever, so that old receipts can be verified. */
  signReceipts(): Permission<'RECEIPT_KEY_IDS'> {
    return {
      variables: { RECEIPT_KEY_IDS: [this.#receipt.keyId].join(',') },
      statements: [{ actions: ['kms:GetPublicKey', 'kms:Sign'], resources: [this.#receipt.keyArn] }],
    }
  }
}
