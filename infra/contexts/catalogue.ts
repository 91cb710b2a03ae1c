import { CfnOutput } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { catalogueApiEnv } from '../../functions/catalogue/env.ts'
import { catalogueTable } from '../../functions/catalogue/table.ts'
import { ContextTable } from '../kit/context-table.ts'
import type { Premises } from '../kit/premises.ts'
import { serveHttp } from '../kit/triggers.ts'

/** Procedures and their versions: public to read. */
export class Catalogue extends Construct {
  readonly table: ContextTable

  constructor(scope: Construct, id: string, premises: Premises) {
    super(scope, id)
    this.table = new ContextTable(this, 'Records', catalogueTable, premises.keys.data)
    // The command that publishes the catalogue at each deployment asks for it.
    new CfnOutput(this, 'TableName', { value: this.table.table.tableName })
    serveHttp(this, 'Api', premises, 'catalogue-api', {
      env: catalogueApiEnv,
      may: this.table.may('CATALOGUE_TABLE', 'get', 'query'),
    })
  }
}
