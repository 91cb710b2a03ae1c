import * as z from 'zod'
import type { Dynamo } from '../../shared/dynamo.ts'
import { randomId } from '../../shared/ids.ts'
import type { Log } from '../../shared/log.ts'
import type { Province } from '../../shared/province.ts'
import { type Clock, type Instant, startOfDate, vietnamDate } from '../../shared/time.ts'
import { type DraftProcedure, type NationalRecord, nationalRecord } from './model.ts'
import { publishable } from './publishable.ts'
import { createCatalogueStore } from './store.ts'
import { publishingUseCases } from './use-cases.ts'

export interface Published {
  published: string[]
  unchanged: string[]
}

const readRecords = (records: readonly unknown[], problems: string[]): Map<string, NationalRecord> => {
  const byCode = new Map<string, NationalRecord>()
  records.forEach((record, index) => {
    const read = nationalRecord.safeParse(record)
    if (!read.success) problems.push(`national record ${index + 1}: ${z.prettifyError(read.error)}`)
    else if (byCode.has(read.data.code)) problems.push(`${read.data.code}: given twice`)
    else byCode.set(read.data.code, read.data)
  })
  return byCode
}

interface Planned {
  draft: DraftProcedure
  wishedFrom: Instant
}

const plan = (province: Province, records: readonly unknown[], now: Instant): Planned[] => {
  const problems: string[] = []
  const byCode = readRecords(records, problems)
  const planned = Object.entries(province.procedures).flatMap(([code, overlay]): Planned[] => {
    const national = byCode.get(code)
    if (!national) problems.push(`${code}: no national record`)
    if (!national) return []
    const wishedFrom = startOfDate(overlay.validFrom)
    const result = publishable(national, overlay, province.agencies, vietnamDate(Math.max(wishedFrom, now)))
    if (!result.ok) problems.push(...result.problems.map((problem) => `${code}: ${problem}`))
    return result.ok ? [{ draft: result.draft, wishedFrom }] : []
  })
  if (problems.length > 0) throw new Error(`the catalogue cannot be published:\n${problems.join('\n')}`)
  return planned
}

/**
 * Publishes every procedure of the province's overlay. Everything is checked before anything is written, and
 * each mistake is named; what is published already stays as it is, so the command may be repeated.
 */
export const publishCatalogue = async (input: {
  province: Province
  national: readonly unknown[]
  useCases: ReturnType<typeof publishingUseCases>
  clock: Clock
  log: Log
}): Promise<Published> => {
  const answer: Published = { published: [], unchanged: [] }
  const correlationId = randomId()
  for (const { draft, wishedFrom } of plan(input.province, input.national, input.clock.now())) {
    const { kind } = await input.useCases.publish({ draft, wishedFrom, correlationId })
    answer[kind].push(draft.code)
    input.log.info(`procedure ${kind}`, { subject: `procedure/${draft.code}`, correlationId })
  }
  return answer
}

/** The same with its store, for the deploy-time command and the embedded runner. */
export const publishAll = (deps: {
  dynamo: Dynamo
  table: string
  clock: Clock
  province: Province
  environment: string
  nationalRecords: readonly unknown[]
  log: Log
}): Promise<Published> => {
  const place = { province: deps.province.code, environment: deps.environment }
  const store = createCatalogueStore(deps.dynamo, deps.table, place)
  return publishCatalogue({
    province: deps.province,
    national: deps.nationalRecords,
    useCases: publishingUseCases({ store, clock: deps.clock }),
    clock: deps.clock,
    log: deps.log,
  })
}
