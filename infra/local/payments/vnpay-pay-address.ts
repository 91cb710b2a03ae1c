import { isIP } from 'node:net'
import type { Bilingual } from '../../../shared/text.ts'
import type { Instant } from '../../../shared/time.ts'
import { isSigned } from './vnpay-signature.ts'
import { readVnpayTime } from './vnpay-time.ts'

/** What VNPAY and the merchant agreed on. */
export interface Merchant {
  tmnCode: string
  hashSecret: string
  /** Where citizens are sent to pay. */
  payUrl: string
  /** Where VNPAY tells the result, server to server. */
  ipnUrl: string
}

/** An order as its pay address states it. */
export interface PayOrder {
  txnRef: string
  /** Hundredths of a đồng, as VNPAY counts. */
  amount: number
  orderInfo: string
  returnUrl: string
  /** `yyyyMMdd` of vnp_CreateDate: references are unique within it. */
  day: string
  expiresAt: Instant
  /** The whole query, by which the same address is known again. */
  query: string
}

/** A field that VNPAY would not take, and what it should have been. */
export interface Refusal {
  field: string
  why: Bilingual
}

export type Reading = { ok: true; order: PayOrder } | { ok: false; refusals: Refusal[] }

interface Rule {
  fits: (value: string, merchant: Merchant) => boolean
  why: Bilingual
  optional?: true
}

const matches =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value)
const exactly = (expected: string): Rule => ({
  fits: (value) => value === expected,
  why: { vi: `phải là ${expected}`, en: `must be ${expected}` },
})
const instant: Rule = {
  fits: (value) => readVnpayTime(value) !== undefined,
  why: {
    vi: 'phải là thời điểm có thật dạng yyyyMMddHHmmss, GMT+7',
    en: 'must be an existing instant as yyyyMMddHHmmss in GMT+7',
  },
}

const isAbsolute = (value: string): boolean =>
  value.length <= 255 && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)

const rules: Readonly<Record<string, Rule>> = {
  vnp_Version: exactly('2.1.0'),
  vnp_Command: exactly('pay'),
  vnp_TmnCode: {
    fits: (value, merchant) => value === merchant.tmnCode,
    why: { vi: 'không phải mã của đơn vị này', en: 'is not the code of this merchant' },
  },
  vnp_Amount: {
    fits: matches(/^[1-9]\d{0,9}00$/),
    why: {
      vi: 'phải là số đồng nhân 100, 1 đến 12 chữ số',
      en: 'must be whole đồng times 100, in 1 to 12 digits',
    },
  },
  vnp_CurrCode: exactly('VND'),
  vnp_TxnRef: {
    fits: matches(/^[A-Za-z0-9]{1,100}$/),
    why: { vi: 'phải gồm 1 đến 100 chữ và số', en: 'must be 1 to 100 letters and digits' },
  },
  // The signs that all of VNPAY's own programs escape alike; of other signs the signature is a matter of luck.
  vnp_OrderInfo: {
    fits: matches(/^[A-Za-z0-9 .:/_-]{1,255}$/),
    why: {
      vi: 'phải là 1 đến 255 ký tự tiếng Việt không dấu, không có ký tự đặc biệt',
      en: 'must be 1 to 255 characters without diacritics and special characters',
    },
  },
  vnp_OrderType: {
    fits: matches(/^[A-Za-z0-9_-]{1,100}$/),
    why: { vi: 'phải là mã loại hàng hóa', en: 'must be a code of a kind of goods' },
  },
  vnp_Locale: { fits: matches(/^(?:vn|en)$/), why: { vi: 'phải là vn hoặc en', en: 'must be vn or en' } },
  vnp_IpAddr: {
    fits: (value) => isIP(value) !== 0,
    why: { vi: 'phải là địa chỉ IP của người nộp', en: 'must be the IP address of the payer' },
  },
  vnp_ReturnUrl: {
    fits: isAbsolute,
    why: {
      vi: 'phải là địa chỉ http(s) đầy đủ, không quá 255 ký tự',
      en: 'must be an absolute http(s) address of at most 255 characters',
    },
  },
  vnp_CreateDate: instant,
  vnp_ExpireDate: instant,
  vnp_BankCode: {
    fits: matches(/^[A-Za-z0-9]{3,20}$/),
    why: { vi: 'phải là mã ngân hàng', en: 'must be the code of a bank' },
    optional: true,
  },
}

const missing: Bilingual = { vi: 'không được thiếu', en: 'is required' }
const repeated: Bilingual = { vi: 'chỉ được gửi một lần', en: 'must be given once' }
const stranger: Bilingual = { vi: 'không thuộc PAY 2.1.0', en: 'does not belong to PAY 2.1.0' }
const forged: Bilingual = {
  vi: 'không phải là HMAC-SHA512 của các trường đã sắp xếp và mã hóa',
  en: 'is not the HMAC-SHA512 of the sorted and encoded fields',
}
const over: Bilingual = { vi: 'đã qua: hết hạn thanh toán', en: 'has passed: too late to pay' }
const backwards: Bilingual = { vi: 'phải sau vnp_CreateDate', en: 'must be later than vnp_CreateDate' }
const elsewhere: Bilingual = {
  vi: 'không phải địa chỉ của trang thanh toán',
  en: 'is not the address of the pay page',
}

const fieldRefusals = (fields: ReadonlyMap<string, string>, merchant: Merchant): Refusal[] => [
  ...Object.entries(rules).flatMap(([field, { fits, why, optional }]): Refusal[] => {
    const value = fields.get(field)
    if (value === undefined) return optional ? [] : [{ field, why: missing }]
    return fits(value, merchant) ? [] : [{ field, why }]
  }),
  ...[...fields.keys()].flatMap((field): Refusal[] =>
    field in rules || field === 'vnp_SecureHash' ? [] : [{ field, why: stranger }],
  ),
]

// Not the host: a sandbox that is started again has another port, and its payments are still under way.
const leadsTo = (payUrl: string, address: string): boolean =>
  URL.canParse(address) && new URL(address).pathname === new URL(payUrl).pathname

/** Reads an address as VNPAY does when a citizen opens it at an instant; everything that is wrong is named. */
export const readPayAddress = (address: string, merchant: Merchant, at: Instant): Reading => {
  const mark = address.indexOf('?')
  const query = mark < 0 ? '' : address.slice(mark + 1)
  const pairs = [...new URLSearchParams(query)]
  const fields = new Map(pairs)
  const names = pairs.map(([name]) => name)
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  const refusals: Refusal[] = [
    ...(leadsTo(merchant.payUrl, address) ? [] : [{ field: 'url', why: elsewhere }]),
    ...[...twice].map((field) => ({ field, why: repeated })),
    ...fieldRefusals(fields, merchant),
    ...(isSigned(fields, merchant.hashSecret) ? [] : [{ field: 'vnp_SecureHash', why: forged }]),
  ]
  const created = readVnpayTime(fields.get('vnp_CreateDate') ?? '')
  const expiresAt = readVnpayTime(fields.get('vnp_ExpireDate') ?? '')
  if (created !== undefined && expiresAt !== undefined && expiresAt <= created)
    refusals.push({ field: 'vnp_ExpireDate', why: backwards })
  if (expiresAt !== undefined && expiresAt <= at) refusals.push({ field: 'vnp_ExpireDate', why: over })
  if (refusals.length > 0 || expiresAt === undefined) return { ok: false, refusals }
  const value = (name: string): string => fields.get(name) ?? ''
  return {
    ok: true,
    order: {
      txnRef: value('vnp_TxnRef'),
      amount: Number(value('vnp_Amount')),
      orderInfo: value('vnp_OrderInfo'),
      returnUrl: value('vnp_ReturnUrl'),
      day: value('vnp_CreateDate').slice(0, 8),
      expiresAt,
      query,
    },
  }
}
