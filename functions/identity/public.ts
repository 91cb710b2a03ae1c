export { createCitizenRef } from './citizen-ref.ts'
export type { FetchKeys } from './key-sets.ts'
export { orgTaxCode, personalId } from './model.ts'
export { createAuthenticate } from './tokens.ts'
