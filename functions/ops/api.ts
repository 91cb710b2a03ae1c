import openapi from '../../docs/openapi.json' with { type: 'json' }
import manifest from '../../package.json' with { type: 'json' }
import { readEnv } from '../../shared/env.ts'
import { AppError } from '../../shared/errors.ts'
import { serve } from '../../shared/http.ts'
import { createLog } from '../../shared/log.ts'
import type { OpenApi } from '../../shared/openapi-document.ts'
import { readProvince } from '../../shared/province.ts'
import { opsContracts } from './contract.ts'
import { apiEnv } from './env.ts'
import { referencePage } from './reference-page.ts'

const province = readProvince(readEnv(apiEnv).PROVINCE_FILE)
// The type of so large a literal says nothing that a test does not check.
const document = openapi as unknown as OpenApi
let page: string | undefined

/** Answers the `$default` route too: `serve` refuses every route that is not among its contracts as not found. */
export const handler = serve(
  opsContracts,
  {
    getHealth: async () => ({ status: 'ok' as const, province: province.code, version: manifest.version }),
    getOpenapi: async () => openapi,
    // Made on the first call: most copies of this function never show it.
    getReferencePage: async () => {
      page ??= referencePage(document)
      return page
    },
  },
  {
    // Everything here is public; no caller is ever asked for.
    authenticate: async () => {
      throw new AppError('unauthenticated')
    },
    log: createLog('ops-api'),
  },
)
