import type { FeeRequest } from '../../../functions/dossier/public.ts'
import { createExpiring } from '../../../functions/payment/expiring.ts'
import type { PaymentStore } from '../../../functions/payment/ports.ts'
import { createProviders } from '../../../functions/payment/providers/registry.ts'
import { signedQuery } from '../../../functions/payment/providers/vnpay.ts'
import { createReceiving } from '../../../functions/payment/receiving.ts'
import { referenceOf } from '../../../functions/payment/reference.ts'
import { createUseCases } from '../../../functions/payment/use-cases.ts'
import type { Citizen } from '../../../shared/contract.ts'
import type { Log, LogFields } from '../../../shared/log.ts'
import { readProvince } from '../../../shared/province.ts'
import { commandOf } from '../../../shared/request.ts'

export const secret = 'hash-secret-of-the-test'
export const tmnCode = 'MOTCUA01'
export const province = { ...readProvince('infra/provinces/37.json'), environment: 'sandbox' as const }
export const place = { province: province.code, environment: province.environment }
export const start = Date.parse('2026-11-21T09:00:00+07:00')
export const returnUrl = 'https://motcua.ninhbinh.gov.vn/thanh-toan'

export const citizen = (ref = 'ref-anh'): Citizen => ({
  actor: 'citizen',
  issuer: 'https://sso.test',
  subject: ref,
  name: 'Nguyễn Thị Ánh',
  personalId: '037190001234',
  ref,
  loa: 2,
})

export const lines: FeeRequest['lines'] = [
  { code: 'le-phi-ho-tich', kind: 'le-phi', name: 'Lệ phí hộ tịch', amount: 8_000, currency: 'VND' },
  { code: 'phi-ban-sao', kind: 'phi', name: 'Phí cấp bản sao', amount: 16_000, currency: 'VND' },
]
export const due = 24_000

export const feesFor = (dossierId: string, more: Partial<FeeRequest> = {}): FeeRequest => ({
  dossierId,
  ownerRef: 'ref-anh',
  code: '000.00.12.H40-261121-0001',
  agency: '000.00.12.H40',
  procedureCode: '1.001193',
  feeRequestId: `${dossierId}-submission`,
  lines,
  amount: due,
  submittedAt: '2026-11-21T09:00:00.000+07:00',
  state: 'submitted',
  ...more,
})

/** What a provider sends, as VNPAY would sign it. */
export interface Said {
  paymentId: string
  amount?: number
  response?: string
  status?: string
  transactionNo?: string
  reference?: string
}

export const fieldsOf = ({ paymentId, ...said }: Said): Record<string, string> => ({
  vnp_Amount: String((said.amount ?? due) * 100),
  vnp_BankCode: 'NCB',
  vnp_BankTranNo: 'VNP14422574',
  vnp_CardType: 'ATM',
  vnp_OrderInfo: 'Thanh toan phi, le phi ho so 000.00.12.H40-261121-0001',
  vnp_PayDate: '20261121091806',
  vnp_ResponseCode: said.response ?? '00',
  vnp_TmnCode: tmnCode,
  vnp_TransactionNo: said.transactionNo ?? '14422574',
  vnp_TransactionStatus: said.status ?? said.response ?? '00',
  vnp_TxnRef: said.reference ?? referenceOf(place, paymentId),
})

export const ipn = (said: Said): string => signedQuery(fieldsOf(said), secret)

/** An office that takes money: the use cases over a store, with a clock and a log that tests hold. */
export const openOffice = (
  store: PaymentStore,
  dossiers: (id: string) => FeeRequest | undefined = (id) => feesFor(id),
) => {
  let now = start
  const logged: LogFields[] = []
  const note = (_: string, fields: LogFields = {}): void => {
    logged.push(fields)
  }
  const log: Log = { info: note, warn: note, error: note }
  const clock = { now: () => now }
  const providers = createProviders({ VNPAY_TMN_CODE: tmnCode, VNPAY_HASH_SECRET: [secret] }, place)
  const useCases = createUseCases({
    store,
    fees: { feesOf: async (id) => dossiers(id) },
    providers,
    province,
    clock,
  })
  const receive = createReceiving({ store, providers, place, clock, log })
  const hear = async (query: string): Promise<string> => {
    const { RspCode } = (await receive('vnpay', { query }, 'request')) as { RspCode: string }
    return RspCode
  }
  return {
    ...useCases,
    logged,
    hear,
    told: (said: Said) => hear(ipn(said)),
    pass: (milliseconds: number) => {
      now += milliseconds
    },
    expireDue: createExpiring({ store, place, clock }),
    open: (dossierId: string, key: string, caller = citizen()) => {
      const body = { provider: 'vnpay', returnUrl }
      return useCases.pay({
        caller,
        dossierId,
        body,
        command: commandOf(caller, 'POST', `/v1/dossiers/${dossierId}/payments`, key, body),
        sourceIp: '203.0.113.7',
        requestId: `request-${key}`,
      })
    },
  }
}

export type Office = ReturnType<typeof openOffice>
