import { readNationalRecords } from '../../functions/catalogue/national-records.ts'
import { publishAll } from '../../functions/catalogue/publish.ts'
import { catalogueTable } from '../../functions/catalogue/table.ts'
import { documentTable } from '../../functions/document/table.ts'
import { dossierTable } from '../../functions/dossier/table.ts'
import { type Entry, entries } from '../../functions/entries.ts'
import { notificationTable } from '../../functions/notification/table.ts'
import { createPaymentStore } from '../../functions/payment/store.ts'
import { paymentTable } from '../../functions/payment/table.ts'
import { createDynamo, type Dynamo, type TableSchema } from '../../shared/dynamo.ts'
import { createLog } from '../../shared/log.ts'
import type { Province } from '../../shared/province.ts'
import type { Clock } from '../../shared/time.ts'
import type { PayAddress } from './payments/payment-endpoints.ts'
import { tableName } from './tables-setup.ts'

/** What a runner runs. Tests of the runner itself give less than everything. */
export interface Contexts {
  entries: readonly Entry[]
  tables: readonly TableSchema[]
  /** Puts the province's procedures into the catalogue. */
  publish(to: { dynamodbUrl: string; table: string; province: Province; clock: Clock }): Promise<void>
  /** Where the citizen of a payment was sent to pay; undefined for an unknown payment. */
  findPayAddress?(dynamo: Dynamo, paymentId: string): Promise<PayAddress | undefined>
}

/** Everything there is. */
export const allContexts: Contexts = {
  entries,
  tables: [catalogueTable, documentTable, dossierTable, notificationTable, paymentTable],
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
  findPayAddress: async (dynamo, paymentId) => {
    const payment = await createPaymentStore(dynamo, tableName('payment')).find(paymentId)
    return payment && { address: payment.redirectUrl, madeAt: payment.createdAt }
  },
}
