import type { Deps } from './deps.ts'
import { createDrafting } from './drafting.ts'
import { createLookup } from './lookup.ts'
import { createSubmission } from './submission.ts'

/** All that can be done with dossiers: drafting, submission, and looking up. */
export const createUseCases = (deps: Deps) => ({
  ...createDrafting(deps),
  submit: createSubmission(deps),
  ...createLookup(deps),
})
