import { Construct } from 'constructs'
import { dossierApiEnv } from '../../functions/dossier/env.ts'
import { dossierTable } from '../../functions/dossier/table.ts'
import { ContextTable } from '../kit/context-table.ts'
import { allOf } from '../kit/permission.ts'
import type { Premises } from '../kit/premises.ts'
import { type ProvinceFunction, provinceFile } from '../kit/province-function.ts'
import { serveHttp } from '../kit/triggers.ts'
import type { Catalogue } from './catalogue.ts'
import type { Documents } from './document.ts'

/** Dossiers and their life. */
export class Dossiers extends Construct {
  readonly table: ContextTable
  readonly api: ProvinceFunction

  constructor(
    scope: Construct,
    id: string,
    premises: Premises,
    { catalogue, documents }: { catalogue: Catalogue; documents: Documents },
  ) {
    super(scope, id)
    const { keys } = premises
    this.table = new ContextTable(this, 'Records', dossierTable, keys.data)
    this.api = serveHttp(this, 'Api', premises, 'dossier-api', {
      env: dossierApiEnv,
      may: allOf(
        provinceFile,
        keys.referToCitizens(),
        keys.derivePins(),
        keys.signReceipts(),
        this.table.may('DOSSIER_TABLE', 'get', 'query', 'list', 'put', 'update'),
        catalogue.table.may('CATALOGUE_TABLE', 'get', 'query'),
        // Binding a file to a dossier is the one write across contexts: an update inside the submission.
        documents.table.may('DOCUMENT_TABLE', 'batch-get', 'update'),
        // Heads only, to verify a receipt; S3 has no smaller right for them than the one to read.
        documents.clean.may('CLEAN_BUCKET', 'read', 'miss'),
      ),
    })
  }
}
