import { Duration } from 'aws-cdk-lib'
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { apiEnv, relayEnv, sweepEnv } from '../../functions/ops/env.ts'
import { everyFiveMinutes } from '../kit/alarms.ts'
import { type ContextTable, findUnpublished, markPublished } from '../kit/context-table.ts'
import { officeHours } from '../kit/office-hours.ts'
import { allOf, type Permission } from '../kit/permission.ts'
import type { Premises } from '../kit/premises.ts'
import { type ProvinceFunction, provinceFile } from '../kit/province-function.ts'
import { followStreams, runOnSchedule, serveHttp } from '../kit/triggers.ts'

/** What the sweep says when events could not be published; see `functions/ops/use-cases.ts`. */
export const staysUnpublished = 'events stay unpublished'

/** The way of events out of the tables, and the answer to whether all is well. */
export class Ops extends Construct {
  constructor(
    scope: Construct,
    id: string,
    premises: Premises,
    { tables, dossierApi }: { tables: readonly ContextTable[]; dossierApi: ProvinceFunction },
  ) {
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
    if (premises.province.environment === 'production') this.#watchIntake(premises, dossierApi, sweep)
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

  /** Nothing submitted for hours while offices are open: a portal, an issuer or we are broken and nobody says so. */
  #watchIntake(premises: Premises, dossierApi: ProvinceFunction, sweep: ProvinceFunction): void {
    const metric = { metricNamespace: 'Motcua', metricName: `${premises.province.code}/Submitted` }
    new MetricFilter(this, 'Submitted', {
      logGroup: dossierApi.log,
      filterPattern: FilterPattern.literal('"request answered" "submitDossier"'),
      ...metric,
      metricValue: '1',
    })
    // A log in which nothing happens gives no number at all, and no number is not zero. The sweep writes every
    // minute: each of its lines adds nothing, but makes the hour count.
    new MetricFilter(this, 'SubmittedAtAll', {
      logGroup: sweep.log,
      filterPattern: FilterPattern.allEvents(),
      ...metric,
      metricValue: '0',
    })
    const submitted = new Metric({
      namespace: metric.metricNamespace,
      metricName: metric.metricName,
      period: Duration.hours(1),
      statistic: 'Sum',
    })
    premises.alarms.watch(this, 'NoIntake', {
      metric: new MathExpression({
        expression: `IF(${officeHours(premises.province.calendar)}, submitted, 1)`,
        usingMetrics: { submitted },
        period: Duration.hours(1),
        label: 'Dossiers submitted in office hours',
      }),
      fewerThan: 1,
      periods: 3,
      meaning:
        'No dossier was submitted in three office hours on end. Can citizens sign in, and do portals reach us?',
    })
  }
}
