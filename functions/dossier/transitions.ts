import type { Bilingual } from '../../shared/text.ts'
import { type DossierState, dossierStates } from './model.ts'

/** What can happen to a dossier. */
export type DossierEvent = 'submit'

/** States × events: the only moves there are. An event that is not listed for a state is refused. */
export const transitions: Readonly<Record<DossierState, Partial<Record<DossierEvent, DossierState>>>> = {
  draft: { submit: 'submitted' },
  submitted: {},
}

/** Trạng thái hồ sơ as the national portal numbers it; a draft is nobody's business but the citizen's. */
export const nationalStatus: Readonly<Record<DossierState, number | null>> = { draft: null, submitted: 1 }

/** The states as citizens know them. */
export const stateNames: Readonly<Record<DossierState, Bilingual>> = {
  draft: { vi: 'bản nháp', en: 'draft' },
  submitted: { vi: 'đã nộp', en: 'submitted' },
}

export const next = (state: DossierState, event: DossierEvent): DossierState | undefined =>
  transitions[state][event]

/** The states an event may start from: the condition of the write that carries it out. */
export const sourcesOf = (event: DossierEvent): DossierState[] =>
  dossierStates.filter((state) => next(state, event) !== undefined)
