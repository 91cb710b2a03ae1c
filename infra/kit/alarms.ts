import { Aws, Duration } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'

interface Watch {
  metric: IMetric
  /** What it means and what to do first, for whoever is woken by it. */
  meaning: string
  atLeast?: number
  /** Alarms when fewer than this were counted, or nothing at all: the thing has stopped. */
  fewerThan?: number
  /** For so many periods on end; one unless said. */
  periods?: number
}

/** Where alarms go. Operators subscribe to the topic; the stack names no person. */
export class Alarms extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, key: IKey) {
    super(scope, id)
    this.topic = new Topic(this, 'Topic', { masterKey: key, enforceSSL: true })
    // Not `grantPublish`, which would open the key further than the keys themselves say.
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    )
  }

  /** The alarm is named by its path in the stack, which is also where to look in the code. */
  watch(scope: Construct, id: string, { metric, meaning, atLeast, fewerThan, periods = 1 }: Watch): Alarm {
    const alarm = new Alarm(scope, id, {
      alarmName: `${scope.node.path}/${id}`,
      alarmDescription: meaning,
      metric,
      evaluationPeriods: periods,
      ...(fewerThan === undefined
        ? {
            threshold: atLeast ?? 1,
            comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treatMissingData: TreatMissingData.NOT_BREACHING,
          }
        : {
            threshold: fewerThan,
            comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
            treatMissingData: TreatMissingData.BREACHING,
          }),
    })
    alarm.addAlarmAction(new SnsAction(this.topic))
    return alarm
  }
}

export const everyFiveMinutes = { period: Duration.minutes(5), statistic: 'Sum' } as const
