import { SecretValue } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { apiEnv, sendEnv } from '../../functions/notification/env.ts'
import { notificationTable } from '../../functions/notification/table.ts'
import { ContextTable } from '../kit/context-table.ts'
import { allOf, setting } from '../kit/permission.ts'
import type { Premises } from '../kit/premises.ts'
import { provinceFile } from '../kit/province-function.ts'
import { consumeEvents, serveHttp } from '../kit/triggers.ts'
import type { Catalogue } from './catalogue.ts'
import type { Dossiers } from './dossier.ts'

/**
 * The address of the mail server with its password. CloudFormation puts it into the function's variables when it
 * deploys, so it can be read in the configuration of the function: by those who may also use the data key.
 */
const smtpUrl = (province: string): string =>
  SecretValue.secretsManager(`motcua/${province}/smtp`, { jsonField: 'url' }).unsafeUnwrap()

/** Messages to people. */
export class Notifications extends Construct {
  readonly table: ContextTable

  constructor(
    scope: Construct,
    id: string,
    premises: Premises,
    { catalogue, dossiers }: { catalogue: Catalogue; dossiers: Dossiers },
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
    consumeEvents(this, 'Send', premises, 'notification-send', {
      env: sendEnv,
      concurrency: province.concurrency.notify,
      hideVariablesUnder: keys.data,
      may: (bury) =>
        allOf(
          provinceFile,
          bury,
          keys.derivePins(),
          setting('SMTP_URL', smtpUrl(province.code)),
          this.table.may('NOTIFICATION_TABLE', 'get', 'put', 'update'),
          dossiers.table.may('DOSSIER_TABLE', 'get', 'query'),
          catalogue.table.may('CATALOGUE_TABLE', 'get', 'query'),
        ),
    })
  }
}
