import { Construct } from 'constructs'
import { apiEnv, sendEnv } from '../../functions/notification/env.ts'
import { notificationTable } from '../../functions/notification/table.ts'
import { ContextTable } from '../kit/context-table.ts'
import { allOf } from '../kit/permission.ts'
import type { Premises } from '../kit/premises.ts'
import { provinceFile } from '../kit/province-function.ts'
import { ProvinceSecret } from '../kit/province-secret.ts'
import { consumeEvents, serveHttp } from '../kit/triggers.ts'
import type { Catalogue } from './catalogue.ts'
import type { Dossiers } from './dossier.ts'
import type { Payments } from './payment.ts'

/** Messages to people. */
export class Notifications extends Construct {
  readonly table: ContextTable

  constructor(
    scope: Construct,
    id: string,
    premises: Premises,
    { catalogue, dossiers, payments }: { catalogue: Catalogue; dossiers: Dossiers; payments: Payments },
  ) {
    super(scope, id)
    const { keys, province } = premises
    this.table = new ContextTable(this, 'Records', notificationTable, keys.data)
    serveHttp(this, 'Api', premises, 'notification-api', {
      env: apiEnv,
      may: allOf(
        provinceFile,
        keys.referToCitizens(),
        this.table.may('NOTIFICATION_TABLE', 'get', 'query', 'put', 'update'),
      ),
    })
    const smtp = new ProvinceSecret(this, 'Smtp', keys.data, 'SMTP_URL: the mail server with its password')
    consumeEvents(this, 'Send', premises, 'notification-send', {
      env: sendEnv,
      concurrency: province.concurrency.notify,
      may: (bury) =>
        allOf(
          provinceFile,
          bury,
          keys.derivePins(),
          smtp.mayRead('SMTP_SECRET_ARN'),
          this.table.may('NOTIFICATION_TABLE', 'get', 'put', 'update'),
          dossiers.table.may('DOSSIER_TABLE', 'get', 'query'),
          catalogue.table.may('CATALOGUE_TABLE', 'get', 'query'),
          payments.table.may('PAYMENT_TABLE', 'get'),
        ),
    })
  }
}
