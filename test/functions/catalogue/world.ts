import { catalogueBehaviours } from '../../../functions/catalogue/behaviours.ts'
import { catalogueOver } from '../../../functions/catalogue/catalogue.ts'
import { catalogueContracts } from '../../../functions/catalogue/contract.ts'
import type { DraftProcedure } from '../../../functions/catalogue/model.ts'
import { createCatalogueStore } from '../../../functions/catalogue/store.ts'
import { catalogueTable } from '../../../functions/catalogue/table.ts'
import { publishingUseCases, readingUseCases } from '../../../functions/catalogue/use-cases.ts'
import { startEngine } from '../../../infra/local/cloud/engine.ts'
import { createDynamo } from '../../../shared/dynamo.ts'
import { AppError } from '../../../shared/errors.ts'
import { serve } from '../../../shared/http.ts'
import { createLog } from '../../../shared/log.ts'
import { parseInstant } from '../../../shared/time.ts'
import { createTables } from '../../kit/tables.ts'
import { birth, recordOf } from './samples.ts'

export const place = { province: '37', environment: 'test' }
export const log = createLog('test', () => undefined)
export const start = parseInstant('2026-11-21T09:00:00+07:00') ?? 0

/** The context over an engine in memory, with a clock that can be set. */
export const startWorld = async () => {
  process.env.AWS_REGION ??= 'local'
  process.env.AWS_ACCESS_KEY_ID ??= 'local'
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local'
  const engine = await startEngine({ directory: null, log: () => undefined })
  const dynamo = createDynamo({ DYNAMODB_ENDPOINT: engine.url })
  let tables = 0
  return {
    dynamo,
    /** A table of its own for one test. */
    fresh: async () => {
      tables += 1
      const { catalogue: table = '' } = await createTables(dynamo, [catalogueTable], `t${tables}`)
      const time = { now: start }
      const clock = { now: () => time.now }
      const store = createCatalogueStore(dynamo, table, place)
      const catalogue = catalogueOver(store, clock)
      const reading = readingUseCases({ store, catalogue, clock })
      const handler = serve(catalogueContracts, catalogueBehaviours(reading), {
        authenticate: async () => {
          throw new AppError('unauthenticated')
        },
        log,
      })
      return {
        table,
        time,
        clock,
        store,
        catalogue,
        reading,
        publishing: publishingUseCases({ store, clock }),
        handler,
      }
    },
    stop: async () => {
      dynamo.destroy()
      await engine.stop()
    },
  }
}
export type World = Awaited<ReturnType<typeof startWorld>>

/** A small draft: the birth record under another code and name. */
export const draftOf = (code: string, changes: Partial<DraftProcedure> = {}): DraftProcedure => ({
  ...recordOf(birth),
  level: 'full',
  agencies: [{ code: 'H42.101', name: 'Công an phường Hoa Lư' }],
  code,
  ...changes,
})
