import * as z from 'zod'
import { defaultThrottle, defineContract, idText } from '../../shared/contract.ts'
import { feeLine, flags, paymentStates } from './model.ts'
import type { ProviderKind } from './providers/provider.ts'
import { providerKinds } from './providers/registry.ts'

const amount = z.int().min(0).describe('Số tiền, đồng')
const currency = z.literal('VND')
const exampleDossier = '7Q4Z0K9V3M1XN8T2R6WYC5HDBA'
const paymentId = z.string().meta({ examples: ['3C7K2M9XR5T1V8WQ0ZJ4H6YBND'] })
const feeRequestId = z
  .string()
  .meta({ examples: [`${exampleDossier}-submission`] })
  .describe('Lần yêu cầu nộp phí, lệ phí của hồ sơ')
const paidAt = z.string().meta({ examples: ['2026-11-21T09:12:40.000+07:00'] })
const sum = (example: number) => amount.meta({ examples: [example] })
/** As in the dossier, with values that look like life in the documentation. */
const paidLine = feeLine.extend({
  code: z.string().meta({ examples: ['residence-registration'] }),
  kind: feeLine.shape.kind.meta({ examples: ['le-phi'] }),
  name: z.string().meta({ examples: ['Lệ phí đăng ký cư trú'] }),
})
const providerName = z
  .string()
  .max(20)
  .meta({ examples: ['vnpay'] })
  .describe('Nhà cung cấp dịch vụ thanh toán mà tỉnh đã mở')

const payment = z.object({
  id: paymentId,
  dossierId: z.string(),
  feeRequestId,
  amount,
  currency,
  provider: providerName,
  redirectUrl: z
    .url()
    .nullable()
    .meta({ examples: ['https://sandbox.vnpayment.vn/paymentv2/vpcpay.html?vnp_Amount=800000'] })
    .describe('Trang thanh toán của nhà cung cấp; null khi không còn nộp được qua giao dịch này'),
  qr: z
    .string()
    .nullable()
    .meta({ examples: [null] })
    .describe('Nội dung mã QR, nếu nhà cung cấp có'),
  state: z.enum(paymentStates).meta({ examples: ['pending'] }),
  flags: z
    .array(z.enum(flags))
    .meta({ examples: [[]] })
    .describe('Việc cán bộ phải kiểm tra'),
  version: z.int(),
  createdAt: z.string(),
  expiresAt: z.string(),
  paidAt: z
    .string()
    .nullable()
    .meta({ examples: [null] }),
})
export type PaymentView = z.infer<typeof payment>

const feeRequest = z.object({
  id: feeRequestId,
  amount,
  currency,
  lines: z.array(paidLine),
  state: z.enum(['due', 'pending', 'under-review', 'paid']).meta({ examples: ['paid'] }),
  paidBy: paymentId.nullable().describe('Giao dịch đã nộp khoản này'),
})

const money = z.object({
  dossierId: z.string(),
  feeRequests: z.array(feeRequest),
  orders: z.array(payment).describe('Mọi lần nộp, mới nhất trước'),
  results: z
    .array(
      z.object({
        paymentId,
        provider: providerName,
        outcome: z.enum(['success', 'failure', 'suspicious']),
        verdict: z.enum(['accepted', 'repeated', 'amount-mismatch']),
        code: z
          .string()
          .meta({ examples: ['00/00'] })
          .describe('Mã kết quả của nhà cung cấp'),
        transactionNo: z
          .string()
          .meta({ examples: ['14422574'] })
          .describe('Số giao dịch của nhà cung cấp'),
        bankCode: z
          .string()
          .nullable()
          .meta({ examples: ['NCB'] }),
        amount: amount.nullable(),
        paidAt: paidAt.nullable(),
        receivedAt: paidAt,
      }),
    )
    .describe('Mọi thông báo của nhà cung cấp, cũ nhất trước'),
  sums: z
    .object({
      due: sum(0),
      received: sum(50_000),
      credited: sum(50_000),
      held: sum(0),
      refunded: sum(0),
      currency,
    })
    .describe('Theo sổ cái: còn phải nộp, đã nhận, đã ghi thu, đang giữ, đã hoàn'),
  receipts: z
    .array(
      paidLine.extend({
        paymentId,
        feeRequestId,
        paidAt,
        transactionNo: z.string().meta({ examples: ['14422574'] }),
      }),
    )
    .describe('Từng khoản phí, lệ phí đã nộp'),
  refunds: z
    .array(z.object({ id: z.string(), paymentId, amount, currency, state: z.string() }))
    .meta({ examples: [[]] }),
})
export type MoneyView = z.infer<typeof money>

const byId = z.strictObject({ id: idText })

export const createPayment = defineContract({
  id: 'createPayment',
  method: 'POST',
  path: '/v1/dossiers/{id}/payments',
  auth: ['citizen'],
  tag: 'payments',
  summary: { vi: 'Nộp phí, lệ phí', en: 'Pay the fees of a dossier' },
  description:
    'Opens a payment of the fees that were fixed at submission; all lines are paid together. There is one live payment for each fee request, whatever the provider: a further call replaces the one that is open, which then is `expired`. Of calls at the same time one wins, the others are told of it with `payment-pending`. Money that still arrives through a replaced payment is not lost: it pays the fee, or is held and looked into when the fee was paid otherwise. `returnUrl` must be on the list of the province.',
  params: byId,
  body: z.strictObject({
    provider: providerName,
    feeRequestId: idText
      .meta({ examples: [`${exampleDossier}-submission`] })
      .optional()
      .describe('Mặc định là khoản phí, lệ phí của lần nộp hồ sơ'),
    returnUrl: z
      .url({ protocol: /^https?$/ })
      .max(255)
      .meta({ examples: ['https://motcua.ninhbinh.gov.vn/thanh-toan'] })
      .describe('Trang nhận người nộp trở lại; chỉ để hiển thị, không làm đổi trạng thái'),
  }),
  response: { status: 201, schema: payment },
  errors: [
    'not-found',
    'nothing-to-pay',
    'already-paid',
    'payment-pending',
    'payment-under-review',
    'too-many-requests',
  ],
  idempotent: true,
  versioned: true,
})

export const getPayment = defineContract({
  id: 'getPayment',
  method: 'GET',
  path: '/v1/payments/{id}',
  auth: ['citizen'],
  tag: 'payments',
  summary: { vi: 'Xem giao dịch nộp tiền', en: 'A payment' },
  description:
    'Only the provider’s own message makes a payment `paid`; coming back to `returnUrl` changes nothing. Ask here.',
  params: byId,
  response: { status: 200, schema: payment },
  errors: ['not-found'],
  idempotent: false,
  versioned: true,
})

export const getMoney = defineContract({
  id: 'getMoney',
  method: 'GET',
  path: '/v1/dossiers/{id}/money',
  auth: ['citizen'],
  tag: 'payments',
  summary: { vi: 'Tiền của hồ sơ đang ở đâu', en: 'Where the money of a dossier is' },
  description:
    'What is due, every attempt to pay it, everything the providers said, and what the ledger makes of it.',
  params: byId,
  response: { status: 200, schema: money },
  errors: ['not-found'],
  idempotent: false,
})

export const paymentContracts = [createPayment, getPayment, getMoney] as const

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/** One address for each provider; without token and key, and always answered with status 200. */
export const webhookContracts = (providerKinds as readonly ProviderKind[]).map(({ name, webhook }) =>
  defineContract({
    id: `receive${capitalized(name)}`,
    method: webhook.method,
    path: `/v1/webhooks/${name}`,
    auth: 'public',
    tag: 'webhooks',
    summary: { vi: `Nhận kết quả từ ${webhook.title}`, en: `Result from ${webhook.title}` },
    description: webhook.description,
    response: { status: 200, schema: webhook.answer },
    errors: [],
    idempotent: false,
    bodyLimit: 64 * 1024,
    throttle: defaultThrottle,
  }),
)
