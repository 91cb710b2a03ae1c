import { Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib'
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from 'aws-cdk-lib/aws-apigatewayv2-authorizers'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager'
import { Construct } from 'constructs'
import type { Province } from '../../shared/province.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'
import { retentionOf } from './log-retention.ts'
import { policyOf } from './permission.ts'
import type { ProvinceKeys } from './province-keys.ts'

/** By this header CloudFront shows that it is ours. */
export const edgeHeader = 'motcua-edge'

/**
 * Whole, since it needs nothing of ours. Digests are compared, so that lengths may differ. `edge` reaches the function
 * behind the route in the request's own context, where no caller can write.
 */
export const doorkeeperCode = `const { createHash, timingSafeEqual } = require('node:crypto')
const digest = (text) => createHash('sha256').update(text).digest()
const expected = digest(process.env.EDGE_SECRET)
exports.handler = async ({ headers }) => ({
  isAuthorized: timingSafeEqual(digest(headers['${edgeHeader}'] || ''), expected),
  context: { edge: 'ours' },
})
`

/** Lets in what comes through the province's own CloudFront and nothing else. It knows nothing of callers. */
export class Doorkeeper extends Construct {
  /** What CloudFront must send. */
  readonly secret: string
  readonly authorizer: IHttpRouteAuthorizer

  constructor(scope: Construct, id: string, province: Province, keys: ProvinceKeys, alarms: Alarms) {
    super(scope, id)
    const kept = new CfnSecret(this, 'Secret', {
      description: 'By which the API knows its own CloudFront; made here, read by nobody',
      kmsKeyId: keys.data.keyArn,
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    })
    // Holds nothing that another deployment could not make anew.
    kept.applyRemovalPolicy(RemovalPolicy.RETAIN)
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'Both ends take it at a deployment; between two they would not agree.',
    })
    this.secret = SecretValue.secretsManager(kept.ref).unsafeUnwrap()
    const log = new LogGroup(this, 'Log', {
      retention: retentionOf(province.logRetentionMonths),
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        may: policyOf([
          { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [log.logGroupArn] },
          { actions: ['kms:Decrypt'], resources: [keys.data.keyArn] },
        ]),
      },
    })
    const keeper = new LambdaFunction(this, 'Function', {
      description: `doorkeeper of province ${province.code}`,
      code: Code.fromInline(doorkeeperCode),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(3),
      memorySize: 256,
      environment: { EDGE_SECRET: this.secret },
      environmentEncryption: keys.data,
      role: role.withoutPolicyUpdates(),
      logGroup: log,
      loggingFormat: LoggingFormat.JSON,
    })
    alarms.watch(this, 'Errors', {
      metric: keeper.metricErrors(everyFiveMinutes),
      meaning: 'The doorkeeper ended with an error: nobody is let in. Can it use the data key?',
    })
    this.authorizer = new HttpLambdaAuthorizer('Doorkeeper', keeper, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: [`$request.header.${edgeHeader}`],
      resultsCacheTtl: Duration.minutes(5),
    })
  }
}
