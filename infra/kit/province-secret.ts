import { CfnOutput, RemovalPolicy, Validations } from 'aws-cdk-lib'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { Permission } from './permission.ts'
import { through } from './province-keys.ts'

/**
 * A secret the province fills in after the first deployment, as a JSON object of texts. Until then it is empty, and
 * whoever reads it fails by itself. Not CDK's own construct, which opens the key to the whole account.
 */
export class ProvinceSecret extends Construct {
  readonly #arn: string
  readonly #key: IKey

  constructor(scope: Construct, id: string, key: IKey, description: string) {
    super(scope, id)
    this.#key = key
    const secret = new CfnSecret(this, 'Secret', { description, kmsKeyId: key.keyArn })
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN)
    this.#arn = secret.ref
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'It is given by somebody outside of AWS, who alone can change it.',
    })
    new CfnOutput(this, 'Arn', { value: this.#arn })
  }

  mayRead<const Name extends string>(variable: Name): Permission<Name> {
    return {
      variables: { [variable]: this.#arn } as Record<Name, string>,
      statements: [
        { actions: ['secretsmanager:GetSecretValue'], resources: [this.#arn] },
        {
          actions: ['kms:Decrypt'],
          resources: [this.#key.keyArn],
          conditions: through('secretsmanager'),
        },
      ],
    }
  }
}
