import { readNationalRecords } from '../../functions/catalogue/national-records.ts'
import { publishAll } from '../../functions/catalogue/publish.ts'
import { catalogueTable } from '../../functions/catalogue/table.ts'
import { documentTable } from '../../functions/document/table.ts'
import { dossierTable } from '../../functions/dossier/table.ts'
import { type Entry, entries } from '../../functions/entries.ts'
import { notificationTable } from '../../functions/notification/table.ts'
import { createDynamo, type TableSchema } from '../../shared/dynamo.ts'
import { createLog } from '../../shared/log.ts'
import type { Province } from '../../shared/province.ts'
import type { Clock } from '../../shared/time.ts'

/** What a runner runs. Tests of the runner itself give less than everything. */
export interface Contexts {
  entries: readonly Entry[]
  tables: readonly TableSchema[]
  /** Puts the province's procedures into the catalogue. */
  publish(to: { dynamodbUrl: string; table: string; province: Province; clock: Clock }): Promise<void>
}

/** Everything there is. */
export const allContexts: Contexts = {
  entries,
  tables: [catalogueTable, documentTable, dossierTable, notificationTable],
  publish: async ({ dynamodbUrl, table, province, clock }) => {
    await publishAll({
      dynamo: createDynamo({ DYNAMODB_ENDPOINT: dynamodbUrl }),
      table,
      clock,
      province,
      environment: province.environment,
      nationalRecords: readNationalRecords(),
      log: createLog('catalogue-publish', () => undefined),
    })
  },
}
