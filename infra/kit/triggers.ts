import { Duration, Validations } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets'
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import type * as z from 'zod'
import { type ContextTable, streamRead } from './context-table.ts'
import { entryOf } from './entry-of.ts'
import { DeadLetters, EventQueue } from './event-queue.ts'
import type { Permission, Required } from './permission.ts'
import type { Premises } from './premises.ts'
import { type FunctionProps, ProvinceFunction } from './province-function.ts'

type Given<Schema extends z.ZodObject> = Pick<
  FunctionProps<Schema>,
  'env' | 'may' | 'reserved' | 'hideVariablesUnder'
>

/** A function behind the API: one route for each of its contracts. */
export const serveHttp = <Schema extends z.ZodObject>(
  scope: Construct,
  id: string,
  premises: Premises,
  name: string,
  given: Given<Schema>,
): ProvinceFunction<Schema> => {
  const entry = entryOf(name, 'http')
  const made = new ProvinceFunction(scope, id, premises, entry, given)
  premises.frontDoor.lead(made.function, name, entry.trigger)
  return made
}

interface Consumer<Schema extends z.ZodObject> extends Omit<Given<Schema>, 'may'> {
  /** The rights, given the one to bury poison. */
  may: (bury: Permission<'DEAD_LETTER_QUEUE_URL'>) => Permission<Required<Schema>>
  /** How many run at once, at most. */
  concurrency: number
}

/** A function fed from a queue of its own. */
export const consumeEvents = <Schema extends z.ZodObject>(
  scope: Construct,
  id: string,
  premises: Premises,
  name: string,
  { may, concurrency, ...given }: Consumer<Schema>,
): ProvinceFunction<Schema> => {
  const entry = entryOf(name, 'queue')
  if (concurrency < 2)
    throw new Error(
      `${name}: a queue cannot be told to feed fewer than 2 at once (province ${premises.province.code})`,
    )
  const queue = new EventQueue(scope, `${id}Queue`, premises, name, entry.trigger)
  const made = new ProvinceFunction(scope, id, premises, entry, {
    ...given,
    may: may(queue.bury()),
    forTrigger: queue.received(),
  })
  new EventSourceMapping(made, 'Feed', {
    target: made.function,
    eventSourceArn: queue.queue.queueArn,
    batchSize: 10,
    reportBatchItemFailures: true,
    maxConcurrency: concurrency,
  })
  return made
}

/** A function that runs every so many minutes, and an alarm for when it no longer does. */
export const runOnSchedule = <Schema extends z.ZodObject>(
  scope: Construct,
  id: string,
  premises: Premises,
  name: string,
  given: Given<Schema>,
): ProvinceFunction<Schema> => {
  const entry = entryOf(name, 'schedule')
  const made = new ProvinceFunction(scope, id, premises, entry, given)
  const every = Duration.minutes(entry.trigger.everyMinutes)
  new Rule(made, 'Schedule', {
    schedule: Schedule.rate(every),
    // A run that was missed is done by the next one; two at once would only meet each other.
    targets: [new LambdaTarget(made.function, { retryAttempts: 0 })],
  })
  premises.alarms.watch(made, 'Stopped', {
    metric: made.function.metricInvocations({
      period: Duration.minutes(Math.max(15, 3 * entry.trigger.everyMinutes)),
      statistic: 'Sum',
    }),
    fewerThan: 1,
    meaning: `${name} has missed three runs. Is its schedule disabled or gone?`,
  })
  return made
}

/** Only items that wait in the outbox: most writes of a table are none, and cost nothing here. */
const waiting = FilterCriteria.filter({
  dynamodb: { NewImage: { unpublished: { S: FilterRule.exists() } } },
})

/** A function that reads the streams of all tables. */
export const followStreams = <Schema extends z.ZodObject>(
  scope: Construct,
  id: string,
  premises: Premises,
  name: string,
  tables: readonly ContextTable[],
  given: Given<Schema>,
): ProvinceFunction<Schema> => {
  const entry = entryOf(name, 'stream')
  const lost = new DeadLetters(
    scope,
    `${id}Lost`,
    premises,
    `${name} gave up a part of a stream. The events are still in the outbox: see that ops-sweep publishes them.`,
  )
  Validations.of(lost).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is itself where a stream puts what it gives up; nothing reads it but a person.',
  })
  const made = new ProvinceFunction(scope, id, premises, entry, {
    ...given,
    forTrigger: [...tables.flatMap(streamRead), ...lost.reached(premises.keys.messages.keyArn)],
  })
  for (const { table, node } of tables)
    new EventSourceMapping(made, `Follow${node.scope?.node.id ?? node.id}`, {
      target: made.function,
      ...(table.tableStreamArn ? { eventSourceArn: table.tableStreamArn } : {}),
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // Until the record expires with its stream: an event is never given up by count.
      retryAttempts: -1,
      onFailure: { bind: () => ({ destination: lost.queue.queueArn }) },
      filters: [waiting],
    })
  premises.alarms.watch(made, 'Behind', {
    metric: made.function.metric('IteratorAge', { period: Duration.minutes(5), statistic: 'Maximum' }),
    atLeast: Duration.minutes(5).toMilliseconds(),
    meaning: `${name} is five minutes behind a table. Does the bus refuse events?`,
  })
  return made
}
