import { Duration } from 'aws-cdk-lib'
import { type IRuleTarget, Rule } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import type { Alarms } from './alarms.ts'
import type { TriggerOf } from './entry-of.ts'
import type { Permission, Statement } from './permission.ts'
import type { Premises } from './premises.ts'
import { through } from './province-keys.ts'

/** A queue for what could not be done. Whatever lies in it waits for a person. */
export class DeadLetters extends Construct {
  readonly queue: Queue

  constructor(scope: Construct, id: string, premises: Premises, meaning: string) {
    super(scope, id)
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: premises.keys.messages,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    })
    premises.alarms.watch(this, 'NotEmpty', {
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      meaning,
    })
  }

  /** What a role needs to put something here. */
  reached(keyArn: string): Statement[] {
    return [
      { actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] },
      {
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [keyArn],
        conditions: through('sqs'),
      },
    ]
  }
}

/** The queue of one consumer: what it asked for, from the bus, with its own dead letters. */
export class EventQueue extends Construct {
  readonly queue: Queue
  readonly deadLetters: DeadLetters
  readonly #keyArn: string

  constructor(
    scope: Construct,
    id: string,
    premises: Premises,
    consumer: string,
    { consumes, visibilitySeconds, maxReceives }: TriggerOf<'queue'>,
  ) {
    super(scope, id)
    this.#keyArn = premises.keys.messages.keyArn
    this.deadLetters = new DeadLetters(
      this,
      'DeadLetters',
      premises,
      `${consumer} could not handle an event. Read its reason, mend the cause, then start the redrive.`,
    )
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: premises.keys.messages,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(visibilitySeconds),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: this.deadLetters.queue, maxReceiveCount: maxReceives },
    })
    const rule = new Rule(this, 'Rule', {
      eventBus: premises.bus,
      eventPattern: { detailType: [...consumes] },
      targets: [this.#target()],
    })
    for (const queue of [this.queue, this.deadLetters.queue])
      queue.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal('events.amazonaws.com')],
          actions: ['sqs:SendMessage'],
          resources: [queue.queueArn],
          conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
        }),
      )
    this.#watchAge(premises.alarms, consumer)
  }

  /**
   * Not the target of CDK's library: it opens the key to EventBridge for writing of every kind, and forgets the
   * dead-letter queue, which the bus needs when it cannot reach the queue itself.
   */
  #target(): IRuleTarget {
    return {
      bind: () => ({
        arn: this.queue.queueArn,
        deadLetterConfig: { arn: this.deadLetters.queue.queueArn },
        targetResource: this.queue,
      }),
    }
  }

  #watchAge(alarms: Alarms, consumer: string): void {
    alarms.watch(this, 'Late', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      atLeast: Duration.minutes(15).toSeconds(),
      meaning: `An event has waited 15 minutes for ${consumer}. Is it failing, or is there too much to do?`,
    })
  }

  /** The consumer sends poison to the dead letters itself, since SQS only moves what was received too often. */
  bury(): Permission<'DEAD_LETTER_QUEUE_URL'> {
    return {
      variables: { DEAD_LETTER_QUEUE_URL: this.deadLetters.queue.queueUrl },
      statements: this.deadLetters.reached(this.#keyArn),
    }
  }

  /** What Lambda's poller needs, in the name of the function. */
  received(): Statement[] {
    return [
      {
        actions: [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:ReceiveMessage',
        ],
        resources: [this.queue.queueArn],
      },
      { actions: ['kms:Decrypt'], resources: [this.#keyArn], conditions: through('sqs') },
    ]
  }
}
