import type { Behaviour, Behaviours, Contract } from '../../shared/contract.ts'
import type { paymentContracts } from './contract.ts'
import type { createReceiving } from './receiving.ts'
import type { createUseCases } from './use-cases.ts'

/** The use cases in the shapes of HTTP. */
export const paymentBehaviours = (
  does: ReturnType<typeof createUseCases>,
): Behaviours<typeof paymentContracts> => ({
  createPayment: ({ caller, params, body, command, sourceIp, requestId }) =>
    does.pay({ caller, dossierId: params.id, body, command, sourceIp, requestId }),
  getPayment: ({ caller, params }) => does.get(caller, params.id),
  getMoney: ({ caller, params }) => does.money(caller, params.id),
})

/** The same for every provider: what came goes in undecoded, what the provider wants to read comes out. */
export const webhookBehaviours = (
  contracts: readonly Contract[],
  receive: ReturnType<typeof createReceiving>,
): Record<string, Behaviour<Contract>> =>
  Object.fromEntries(
    contracts.map(({ id, path }): [string, Behaviour<Contract>] => [
      id,
      ({ rawQuery, requestId }) => receive(path.split('/').at(-1) ?? '', { query: rawQuery }, requestId),
    ]),
  )
