import type { Dynamo } from '../../shared/dynamo.ts'
import type { Clock } from '../../shared/time.ts'
import { type Catalogue, catalogueOver } from './catalogue.ts'
import { createCatalogueReader } from './store.ts'

export type { Catalogue } from './catalogue.ts'
export { componentsFor, requiredAnswers } from './components.ts'
export { procedurePublished } from './events.ts'
export { type FeeFactors, type FeeLine, type FeeQuestion, feeFactorsOf, feesFor } from './fees.ts'
export { judgeAnswers } from './form.ts'
export { type Form, valueAt } from './form-schema.ts'
export type { Channel, Component, PublishedProcedure } from './model.ts'
export { procedureCode } from './model.ts'
export { bothNames } from './names.ts'

/** The catalogue for another context: immutable versions stay in memory, the head of a procedure for 60 s. */
export const createCatalogue = (deps: { dynamo: Dynamo; table: string; clock: Clock }): Catalogue =>
  catalogueOver(createCatalogueReader(deps.dynamo, deps.table), deps.clock)
