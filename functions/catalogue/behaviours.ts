import type { Behaviours } from '../../shared/contract.ts'
import { readCursor, writeCursor } from '../../shared/dynamo.ts'
import { invalidRequest } from '../../shared/errors.ts'
import { toIso } from '../../shared/time.ts'
import type { catalogueContracts } from './contract.ts'
import { procedureCodePattern } from './model.ts'
import type { readingUseCases } from './use-cases.ts'

const cursorNames = ['code'] as const

const codeOf = (cursor: string | undefined): string | undefined => {
  const code = readCursor(cursor, cursorNames)?.code as string | undefined
  // A key of any other shape might be one the store refuses with an error of its own.
  if (code !== undefined && !procedureCodePattern.test(code))
    throw invalidRequest({ code: 'bad-cursor', parameter: 'cursor' })
  return code
}

/** The use cases in the shapes of HTTP. */
export const catalogueBehaviours = (
  useCases: ReturnType<typeof readingUseCases>,
): Behaviours<typeof catalogueContracts> => ({
  listProcedures: async ({ query: { cursor, ...wanted } }) => {
    const { items, last } = await useCases.list({ ...wanted, after: codeOf(cursor) })
    return { items, nextCursor: writeCursor(last === undefined ? undefined : { code: last }, cursorNames) }
  },
  getProcedure: async ({ params }) => {
    const procedure = await useCases.read(params.code)
    return {
      ...procedure,
      validFrom: toIso(procedure.validFrom),
      publishedAt: toIso(procedure.publishedAt),
    }
  },
})
