import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod'
import { type Instant, parseInstant, toIso } from '../../../shared/time.ts'
import type { ProviderOutcome, Verdict } from '../model.ts'
import { defineProvider, type Reading } from './provider.ts'

/** VNPAY, PAY 2.1.0. */

const payUrls = {
  production: 'https://pay.vnpay.vn/vpcpay.html',
  sandbox: 'https://sandbox.vnpayment.vn/paymentv2/vpcpay.html',
}

const settings = z.object({
  VNPAY_TMN_CODE: z.string().min(1),
  /** Comma separated: the first signs, the others still verify while a secret is exchanged. */
  VNPAY_HASH_SECRET: z
    .string()
    .transform((text) => text.split(',').map((secret) => secret.trim()))
    .pipe(z.array(z.string().min(1)).min(1)),
  /** Where citizens pay; unless said, VNPAY's address for the environment of the province. */
  VNPAY_PAY_URL: z.url().optional(),
})

const answers = {
  accepted: { RspCode: '00', Message: 'Confirm Success' },
  unknown: { RspCode: '01', Message: 'Order not found' },
  repeated: { RspCode: '02', Message: 'Order already confirmed' },
  'amount-mismatch': { RspCode: '04', Message: 'Invalid amount' },
  forged: { RspCode: '97', Message: 'Invalid signature' },
  fault: { RspCode: '99', Message: 'Unknown error' },
} as const satisfies Record<Verdict, { RspCode: string; Message: string }>

type Pair = [name: string, value: string]

const hashNames: ReadonlySet<string> = new Set(['vnp_SecureHash', 'vnp_SecureHashType'])

// `application/x-www-form-urlencoded` as Java's URLEncoder and the npm client write it.
const encoded = (pairs: readonly Pair[]): string => new URLSearchParams(pairs).toString()

/** The text that is signed: all `vnp_*` fields but the two of the hash, by code unit of their names. */
const signedText = (pairs: readonly Pair[]): string =>
  encoded(pairs.filter(([name]) => !hashNames.has(name)).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

const hmac = (secret: string, text: string): Buffer => createHmac('sha512', secret).update(text).digest()

/** A query with its signature. VNPAY signs its calls to us in the same way. */
export const signedQuery = (fields: Readonly<Record<string, string>>, secret: string): string => {
  const text = signedText(Object.entries(fields))
  return `${text}&vnp_SecureHash=${hmac(secret, text).toString('hex')}`
}

/** True for exactly what VNPAY signed. Empty fields are signed by some of its programs and left out by others. */
const isGenuine = (pairs: readonly Pair[], secrets: readonly string[]): boolean => {
  const given = pairs.find(([name]) => name === 'vnp_SecureHash')?.[1] ?? ''
  if (!/^[0-9a-f]{128}$/.test(given)) return false
  const hash = Buffer.from(given, 'hex')
  const texts = new Set([signedText(pairs), signedText(pairs.filter(([, value]) => value !== ''))])
  return secrets.some((secret) => [...texts].some((text) => timingSafeEqual(hmac(secret, text), hash)))
}

/** `yyyyMMddHHmmss` in Vietnam, whatever the zone of the machine. */
const vnpayTime = (at: Instant): string => toIso(at).replace(/\D/g, '').slice(0, 14)

const readTime = (text: string | undefined): string | null => {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text ?? '')
  if (!match) return null
  const [, year, month, day, hour, minute, second] = match
  const at = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}+07:00`)
  return at === undefined ? null : toIso(at)
}

/** Letters without diacritics and the few signs that all of VNPAY's programs escape alike. */
export const plainInfo = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replace(/[^A-Za-z0-9 .:/_-]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
    .slice(0, 255)

/** Đồng; VNPAY counts in hundredths. Null for what is no whole amount of đồng. */
const readAmount = (text: string | undefined): number | null => {
  if (!/^[1-9]\d{2,13}$/.test(text ?? '')) return null
  const hundredths = Number(text)
  return hundredths % 100 === 0 ? hundredths / 100 : null
}

// Both codes must say so: there are programs that take one of them for enough.
const outcomeOf = (response: string, status: string): ProviderOutcome => {
  if (response === '07' || status === '07') return 'suspicious'
  return response === '00' && status === '00' ? 'success' : 'failure'
}

const read = (query: string, tmnCode: string, secrets: readonly string[]): Reading => {
  const pairs = [...new URLSearchParams(query)].filter(([name]) => name.startsWith('vnp_'))
  if (pairs.length === 0) return { kind: 'unreadable' }
  const fields = new Map(pairs)
  // Of a field given twice, one reader takes the first and another the last: what was signed is then anybody's guess.
  if (fields.size !== pairs.length || !isGenuine(pairs, secrets)) return { kind: 'forged' }
  if (fields.get('vnp_TmnCode') !== tmnCode) return { kind: 'another-merchant' }
  const response = fields.get('vnp_ResponseCode') ?? ''
  const status = fields.get('vnp_TransactionStatus') ?? ''
  return {
    kind: 'result',
    result: {
      outcome: outcomeOf(response, status),
      reference: fields.get('vnp_TxnRef') ?? '',
      amount: readAmount(fields.get('vnp_Amount')),
      transactionNo: fields.get('vnp_TransactionNo') ?? '0',
      code: `${response}/${status}`,
      bankCode: fields.get('vnp_BankCode') || null,
      paidAt: readTime(fields.get('vnp_PayDate')),
    },
  }
}

export const vnpay = defineProvider({
  name: 'vnpay',
  settings,
  webhook: {
    method: 'GET',
    title: 'VNPAY',
    description:
      'The IPN call of VNPAY (PAY 2.1.0). Status 200 for everything; the result is `RspCode`: 00 taken, 01 no such order here, 02 known already, 04 wrong amount, 97 wrong signature, 99 try again. 00 and 02 end the matter, after anything else VNPAY calls again.',
    answer: z.object({
      RspCode: z
        .enum(['00', '01', '02', '04', '97', '99'])
        .meta({ examples: ['00'] })
        .describe('Mã trả lời của VNPAY'),
      Message: z.string().meta({ examples: ['Confirm Success'] }),
    }),
  },
  create: ({ VNPAY_TMN_CODE, VNPAY_HASH_SECRET, VNPAY_PAY_URL }, { environment }) => {
    const [secret = ''] = VNPAY_HASH_SECRET
    const payUrl = VNPAY_PAY_URL ?? (environment === 'production' ? payUrls.production : payUrls.sandbox)
    return {
      open: async (order) => {
        const query = signedQuery(
          {
            vnp_Version: '2.1.0',
            vnp_Command: 'pay',
            vnp_TmnCode: VNPAY_TMN_CODE,
            vnp_Amount: String(order.amount * 100),
            vnp_CurrCode: 'VND',
            vnp_TxnRef: order.reference,
            vnp_OrderInfo: plainInfo(`Thanh toán phí, lệ phí hồ sơ ${order.dossierCode}`),
            vnp_OrderType: 'other',
            vnp_Locale: 'vn',
            vnp_IpAddr: order.sourceIp,
            vnp_ReturnUrl: order.returnUrl,
            vnp_CreateDate: vnpayTime(order.createdAt),
            vnp_ExpireDate: vnpayTime(order.expiresAt),
          },
          secret,
        )
        return { redirectUrl: `${payUrl}?${query}`, qr: null }
      },
      read: ({ query }) => read(query, VNPAY_TMN_CODE, VNPAY_HASH_SECRET),
      answer: (verdict) => answers[verdict],
    }
  },
})
