import { fileURLToPath } from 'node:url'
import type {
  Correspondence,
  DossierFacts,
  PaymentFacts,
  Payments,
} from '../../../functions/notification/model.ts'
import { readProvince } from '../../../shared/province.ts'

export const province = readProvince(
  fileURLToPath(new URL('../../../infra/provinces/37.json', import.meta.url)),
)

export const facts: DossierFacts = {
  dossierId: 'DOSSIER1',
  ownerRef: 'ref-anh',
  code: '000.00.12.H40-261121-0001',
  procedureName: 'Đăng ký khai sinh',
  agencyName: { vi: 'Ủy ban nhân dân phường Nam Định', en: "People's Committee of Nam Dinh Ward" },
  submittedAt: '2026-11-21T09:05:00.000+07:00',
  applicantName: 'Nguyễn Thị Ánh',
  email: 'anh@example.vn',
  trackingPin: 'ABCD1234',
  receiptId: '7Q2X0M5V9C4T8R1B6N3K0P7ZJD',
  dueAt: null,
}

export const submittedEvent = {
  id: '3f0c1d2e4b5a69788796a5b4c3d2e1f0',
  type: 'vn.motcua.dossier.submitted.v1',
  time: facts.submittedAt,
  data: {
    dossierId: facts.dossierId,
    citizenRef: facts.ownerRef,
    code: facts.code,
    procedureCode: '1.001193',
    procedureVersion: 1,
    agency: '000.00.12.H40',
    channel: 'online',
    receiptId: facts.receiptId,
  },
}

export const paidFacts: PaymentFacts = {
  paymentId: 'PAYMENT1',
  ownerRef: facts.ownerRef,
  provider: 'vnpay',
  lines: [
    { name: 'Lệ phí đăng ký khai sinh', amount: 8_000 },
    { name: 'Phí cấp bản sao', amount: 16_000 },
  ],
  amount: 24_000,
  paidAt: '2026-11-21T10:15:00.000+07:00',
  transactionNo: '14422574',
}

export const paidEvent = {
  id: '9a0c1d2e4b5a69788796a5b4c3d2e1f7',
  type: 'vn.motcua.payment.paid.v1',
  time: paidFacts.paidAt,
  data: {
    paymentId: paidFacts.paymentId,
    dossierId: facts.dossierId,
    feeRequestId: `${facts.dossierId}-submission`,
    citizenRef: facts.ownerRef,
    agency: '000.00.12.H40',
    procedureCode: '1.001193',
    provider: 'vnpay',
    amount: paidFacts.amount,
    currency: 'VND',
    paidAt: paidFacts.paidAt,
    late: false,
  },
}

export const paymentsOf = (known: PaymentFacts | undefined): Payments => ({
  paid: async (id) => (known?.paymentId === id ? known : undefined),
})

export const correspondenceOf = (known: DossierFacts | undefined): Correspondence => ({
  forDossier: async (id) => (known?.dossierId === id ? known : undefined),
})
