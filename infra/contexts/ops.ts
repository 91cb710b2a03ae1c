import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { apiEnv, relayEnv, sweepEnv } from '../../functions/ops/env.ts'
import { everyFiveMinutes } from '../kit/alarms.ts'
import { type ContextTable, findUnpublished, markPublished } from '../kit/context-table.ts'
import { allOf, type Permission } from '../kit/permission.ts'
import type { Premises } from '../kit/premises.ts'
import { type ProvinceFunction, provinceFile } from '../kit/province-function.ts'
import { followStreams, runOnSchedule, serveHttp } from '../kit/triggers.ts'

/** What the sweep says when events could not be published; see `functions/ops/use-cases.ts`. */
export const staysUnpublished = 'events stay unpublished'

/** The way of events out of the tables, and the answer to whether all is well. */
export class Ops extends Construct {
  constructor(scope: Construct, id: string, premises: Premises, tables: readonly ContextTable[]) {
    super(scope, id)
    const { bus } = premises
    const publish: Permission<'EVENT_BUS_NAME'> = {
      variables: { EVENT_BUS_NAME: bus.eventBusName },
      statements: [{ actions: ['events:PutEvents'], resources: [bus.eventBusArn] }],
    }
    serveHttp(this, 'Api', premises, 'ops-api', { env: apiEnv, may: provinceFile })
    followStreams(this, 'Relay', premises, 'ops-relay', tables, {
      env: relayEnv,
      may: allOf(publish, markPublished(tables)),
    })
    const sweep = runOnSchedule(this, 'Sweep', premises, 'ops-sweep', {
      env: sweepEnv,
      may: allOf(publish, markPublished(tables), findUnpublished(tables)),
    })
    this.#watchOutbox(premises, sweep)
  }

  #watchOutbox(premises: Premises, sweep: ProvinceFunction): void {
    const metric = { metricNamespace: 'Motcua', metricName: `${premises.province.code}/Unpublished` }
    new MetricFilter(this, 'Unpublished', {
      logGroup: sweep.log,
      // A phrase and not a field, so that it is found in whatever way the line is wrapped.
      filterPattern: FilterPattern.literal(`"${staysUnpublished}"`),
      ...metric,
      metricValue: '1',
    })
    premises.alarms.watch(this, 'EventsStay', {
      metric: new Metric({
        namespace: metric.metricNamespace,
        metricName: metric.metricName,
        ...everyFiveMinutes,
      }),
      atLeast: 3,
      meaning:
        'The bus has refused events for minutes, or one cannot be read. The log of ops-sweep names them.',
    })
  }
}
