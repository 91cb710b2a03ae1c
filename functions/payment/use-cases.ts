import type { Citizen } from '../../shared/contract.ts'
import { AppError } from '../../shared/errors.ts'
import type { MoneyView, PaymentView } from './contract.ts'
import type { PayingDeps } from './deps.ts'
import { createPaying } from './paying.ts'
import { moneyView, viewOf } from './view.ts'

/** What a citizen can do about the money of the own dossiers. */
export const createUseCases = (deps: PayingDeps) => ({
  pay: createPaying(deps),

  get: async (caller: Citizen, id: string): Promise<PaymentView> => {
    const payment = await deps.store.find(id)
    if (payment?.ownerRef !== caller.ref) throw new AppError('not-found')
    return viewOf(payment)
  },

  money: async (caller: Citizen, dossierId: string): Promise<MoneyView> => {
    const fees = await deps.fees.feesOf(dossierId)
    if (fees?.ownerRef !== caller.ref) throw new AppError('not-found')
    return moneyView(fees, await deps.store.money(dossierId))
  },
})
