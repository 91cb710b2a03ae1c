import type { FeeLine } from './model.ts'
import type { DossierStore } from './ports.ts'

/** What a dossier costs, as frozen at the instant of its submission. Before that it costs nothing yet. */
export interface FeeRequest {
  dossierId: string
  /** Keyed hash of the owner's personal number. */
  ownerRef: string
  /** Mã hồ sơ; null before submission. */
  code: string | null
  /** The resolving agency, whose revenue the fees are. */
  agency: string
  procedureCode: string
  /** The fees of submission are one request, paid together. */
  feeRequestId: string
  lines: FeeLine[]
  /** Sum of the lines, đồng. */
  amount: number
  submittedAt: string | null
  state: string
}

export interface FeeDesk {
  /** Undefined when there is no such dossier. */
  feesOf(dossierId: string): Promise<FeeRequest | undefined>
}

export const feeDesk = (store: Pick<DossierStore, 'head'>): FeeDesk => ({
  feesOf: async (dossierId) => {
    const head = await store.head(dossierId)
    if (!head) return undefined
    const { id, ownerRef, code = null, agency, procedureCode, fees = [], submittedAt = null, state } = head
    return {
      dossierId: id,
      ownerRef,
      code,
      agency,
      procedureCode,
      feeRequestId: `${id}-submission`,
      lines: fees,
      amount: fees.reduce((sum, { amount }) => sum + amount, 0),
      submittedAt,
      state,
    }
  },
})
