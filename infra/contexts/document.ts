import { Construct } from 'constructs'
import { documentApiEnv, documentCleanupEnv, documentInspectEnv } from '../../functions/document/env.ts'
import { documentTable } from '../../functions/document/table.ts'
import { ContextTable } from '../kit/context-table.ts'
import { cleanFiles, type FileBucket, quarantine } from '../kit/file-bucket.ts'
import { allOf } from '../kit/permission.ts'
import type { Premises } from '../kit/premises.ts'
import { provinceFile } from '../kit/province-function.ts'
import { consumeEvents, runOnSchedule, serveHttp } from '../kit/triggers.ts'

/** Citizens' files, from the upload to the inspected copy that is kept. */
export class Documents extends Construct {
  readonly table: ContextTable
  readonly clean: FileBucket

  constructor(scope: Construct, id: string, premises: Premises) {
    super(scope, id)
    const { keys, province } = premises
    const incoming = quarantine(this, keys.data, province.cors.origins)
    this.clean = cleanFiles(this, keys.data, province.cors.origins)
    this.table = new ContextTable(this, 'Records', documentTable, keys.data)

    const api = serveHttp(this, 'Api', premises, 'document-api', {
      env: documentApiEnv,
      may: allOf(
        provinceFile,
        keys.referToCitizens(),
        this.table.may('DOCUMENT_TABLE', 'get', 'batch-get', 'put', 'update'),
        // It signs the citizen's upload, so it needs the right to put, and asks whether the file has come.
        incoming.may('QUARANTINE_BUCKET', 'put', 'read', 'miss'),
        this.clean.may('CLEAN_BUCKET', 'read', 'miss'),
      ),
    })
    const inspect = consumeEvents(this, 'Inspect', premises, 'document-inspect', {
      env: documentInspectEnv,
      concurrency: province.concurrency.inspect,
      // As many as the queue feeds: fewer would send messages back, and after five times to the dead letters.
      reserved: province.concurrency.inspect,
      may: (bury) =>
        allOf(
          provinceFile,
          bury,
          this.table.may('DOCUMENT_TABLE', 'get', 'put', 'update'),
          incoming.may('QUARANTINE_BUCKET', 'read', 'delete', 'miss'),
          this.clean.may('CLEAN_BUCKET', 'put', 'read', 'miss'),
        ),
    })
    runOnSchedule(this, 'Cleanup', premises, 'document-cleanup', {
      env: documentCleanupEnv,
      may: allOf(
        provinceFile,
        this.table.may('DOCUMENT_TABLE', 'get', 'list', 'put', 'update'),
        incoming.may('QUARANTINE_BUCKET', 'delete'),
      ),
    })
    incoming.onlyReadBy(inspect.role, api.role)
  }
}
