import { createDynamo } from '../../shared/dynamo.ts'
import { readEnv } from '../../shared/env.ts'
import { AppError } from '../../shared/errors.ts'
import { serve } from '../../shared/http.ts'
import { createLog } from '../../shared/log.ts'
import { clock } from '../../shared/time.ts'
import { catalogueBehaviours } from './behaviours.ts'
import { catalogueOver } from './catalogue.ts'
import { catalogueContracts } from './contract.ts'
import { catalogueApiEnv } from './env.ts'
import { createCatalogueReader } from './store.ts'
import { readingUseCases } from './use-cases.ts'

const env = readEnv(catalogueApiEnv)
const store = createCatalogueReader(createDynamo(env), env.CATALOGUE_TABLE)
const useCases = readingUseCases({ store, catalogue: catalogueOver(store, clock), clock })

export const handler = serve(catalogueContracts, catalogueBehaviours(useCases), {
  authenticate: async () => {
    throw new AppError('unauthenticated', {
      params: { why: { vi: 'chức năng này là công khai', en: 'this function is public' } },
    })
  },
  log: createLog('catalogue-api'),
})
