import type { Behaviours } from '../../shared/contract.ts'
import type { dossierContracts } from './contract.ts'
import type { createUseCases } from './use-cases.ts'

/** The use cases in the shapes of HTTP. */
export const dossierBehaviours = (
  does: ReturnType<typeof createUseCases>,
): Behaviours<typeof dossierContracts> => ({
  createDossier: ({ caller, body, command, requestId }) => does.create(caller, body, command, requestId),
  listDossiers: ({ caller, query }) => does.list(caller, query),
  getDossier: ({ caller, params }) => does.get(caller, params.id),
  patchDossier: ({ caller, params, body, ifMatch }) => does.patch(caller, params.id, body, ifMatch),
  submitDossier: ({ caller, params, command, ifMatch, requestId }) =>
    does.submit(caller, params.id, command, ifMatch, requestId),
  getTimeline: ({ caller, params, query }) => does.timeline(caller, params.id, query),
  trackDossier: ({ params, query }) => does.track(params.code, query.pin),
  getReceipt: ({ params }) => does.receipt(params.id),
  getKeys: () => does.keys(),
})
