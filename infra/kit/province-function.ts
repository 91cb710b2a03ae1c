import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type * as z from 'zod'
import type { Entry } from '../../functions/entries.ts'
import { everyFiveMinutes } from './alarms.ts'
import { retentionOf } from './log-retention.ts'
import { allOf, type Permission, policyOf, type Required, type Statement, setting } from './permission.ts'
import type { Premises } from './premises.ts'

/** The province file lies beside the code, so that a function needs nothing but its own disk to know its rules. */
export const provinceFile = setting('PROVINCE_FILE', '/var/task/province.json')

export interface FunctionProps<Schema extends z.ZodObject> {
  /** The schema with which the entry reads its configuration. A variable it needs and nobody gives does not compile. */
  env: Schema
  may: Permission<Required<Schema>>
  /** What its trigger needs; no code of ours knows of it. */
  forTrigger?: readonly Statement[]
  /** So many may always run, and never more: taken from what the account has for all. */
  reserved?: number
  /** Hides the variables from everybody who may read the configuration of functions but not use the key. */
  hideVariablesUnder?: IKey
}

/** One function: its code, its log, and a role that may do what was handed to it and nothing else. */
export class ProvinceFunction<Schema extends z.ZodObject = z.ZodObject> extends Construct {
  readonly function: LambdaFunction
  readonly log: LogGroup
  readonly role: Role
  readonly entry: Entry
  readonly env: Schema

  constructor(
    scope: Construct,
    id: string,
    premises: Premises,
    entry: Entry,
    { env, may, forTrigger = [], reserved, hideVariablesUnder }: FunctionProps<Schema>,
  ) {
    super(scope, id)
    this.entry = entry
    this.env = env
    this.log = new LogGroup(this, 'Log', {
      retention: retentionOf(premises.province.logRetentionMonths),
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const writesLog: Permission<never> = {
      variables: {},
      statements: [
        { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [this.log.logGroupArn] },
      ],
    }
    const { variables, statements } = allOf(writesLog, may)
    const all = [...statements, ...forTrigger]
    const opensVariables: Statement[] = hideVariablesUnder
      ? [{ actions: ['kms:Decrypt'], resources: [hideVariablesUnder.keyArn] }]
      : []
    // Not the managed policy for Lambda, which lets a function write to every log of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { may: policyOf([...all, ...opensVariables]) },
    })
    for (const { wide } of all)
      if (wide) Validations.of(this.role).acknowledge({ id: wide.finding, reason: wide.reason })
    this.function = new LambdaFunction(this, 'Function', {
      description: `${entry.name} of province ${premises.province.code}`,
      code: Code.fromAsset(premises.codeOf(entry.name)),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: Duration.seconds(entry.timeoutSeconds),
      memorySize: entry.memoryMb,
      environment: { ...variables },
      // The role is complete; CDK must not add to it behind our back.
      role: this.role.withoutPolicyUpdates(),
      logGroup: this.log,
      loggingFormat: LoggingFormat.JSON,
      ...(reserved === undefined ? {} : { reservedConcurrentExecutions: reserved }),
      ...(hideVariablesUnder ? { environmentEncryption: hideVariablesUnder } : {}),
    })
    premises.alarms.watch(this, 'Errors', {
      metric: this.function.metricErrors(everyFiveMinutes),
      meaning: `${entry.name} ended with an error it did not handle. Look for "errorName" in its log.`,
    })
  }
}
