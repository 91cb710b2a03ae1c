import { expect, it } from 'vitest'
import { readPayAddress } from '../../../../infra/local/payments/vnpay-pay-address.ts'
import { vnpayTime } from '../../../../infra/local/payments/vnpay-time.ts'
import { hours, minutes } from '../../../../shared/time.ts'
import { merchantAt, payAddress, start } from './counterparts.ts'

const merchant = merchantAt('http://127.0.0.1:8787')
const read = (address: string, at = start) => readPayAddress(address, merchant, at)
const wrong = (address: string, at = start): string[] => {
  const reading = read(address, at)
  return reading.ok ? [] : reading.refusals.map(({ field }) => field)
}

it('reads an address that is as it should be', () => {
  expect(read(payAddress(merchant))).toMatchObject({
    ok: true,
    order: {
      txnRef: 'S37ABC',
      amount: 2_000_000,
      day: '20261121',
      returnUrl: 'https://motcua.vidu.vn/thanh-toan?ho-so=7',
      expiresAt: start + minutes(15),
    },
  })
  expect(wrong(payAddress(merchant, { vnp_BankCode: 'NCB', vnp_TxnRef: 'a'.repeat(100) }))).toEqual([])
})

// Each is signed as it stands, so that nothing but the field itself can be what is refused.
it.each<[field: string, values: readonly (string | undefined)[]]>([
  ['vnp_Version', [undefined, '2.0.0', '2.1.0 ']],
  ['vnp_Command', [undefined, 'querydr', 'PAY']],
  ['vnp_TmnCode', [undefined, 'MOTCUA02', '']],
  [
    'vnp_Amount',
    [undefined, '', '0', '-100', '20000.00', '1e6', '02000000', '2000050', '20000001', `1${'0'.repeat(12)}`],
  ],
  ['vnp_CurrCode', [undefined, 'USD', 'vnd']],
  ['vnp_TxnRef', [undefined, '', 'S37-ABC', 'S37 ABC', 'Số37', 'a'.repeat(101)]],
  ['vnp_OrderInfo', [undefined, '', 'Thanh toán', 'a & b', '<b>', 'a'.repeat(256), 'a\nb']],
  ['vnp_OrderType', [undefined, '', 'hàng']],
  ['vnp_Locale', [undefined, 'vi', 'VN']],
  ['vnp_IpAddr', [undefined, '', 'localhost', '127.0.0.1, 10.0.0.1', '1.2.3']],
  [
    'vnp_ReturnUrl',
    [undefined, '/thanh-toan', 'motcua.vn', 'javascript:alert(1)', `https://a.vn/${'b'.repeat(250)}`],
  ],
  ['vnp_CreateDate', [undefined, '2026112109000', '20261131090000', '20261121250000', '2026-11-21 09:00']],
  ['vnp_ExpireDate', [undefined, '20261121', '20261121096000', vnpayTime(start), vnpayTime(start - 1_000)]],
  ['vnp_BankCode', ['', 'N', 'NCB!']],
  ['utm_source', ['mail']],
])('refuses %s when it is not as VNPAY has it', (field, values) => {
  for (const value of values)
    expect(new Set(wrong(payAddress(merchant, { [field]: value }))), String(value)).toEqual(new Set([field]))
})

it('takes no clock of another zone: seven hours behind is an order that has run out', () => {
  const utc = start - hours(7)
  const address = payAddress(merchant, {
    vnp_CreateDate: vnpayTime(utc),
    vnp_ExpireDate: vnpayTime(utc + minutes(15)),
  })
  expect(wrong(address)).toEqual(['vnp_ExpireDate'])
  expect(wrong(payAddress(merchant), start + minutes(15) - 1)).toEqual([])
  expect(wrong(payAddress(merchant), start + minutes(15))).toEqual(['vnp_ExpireDate'])
})

it('refuses what was not signed, or signed otherwise', () => {
  const good = payAddress(merchant)
  const forged = [
    good.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    good.replace(/[0-9a-f]{128}$/, (hash) => hash.toUpperCase()),
    good.replace(/&vnp_SecureHash=.*$/, ''),
    good.replace('vnp_Amount=2000000', 'vnp_Amount=1000000'),
    payAddress({ ...merchant, hashSecret: 'another' }),
  ]
  for (const address of forged) expect(wrong(address), address).toEqual(['vnp_SecureHash'])
})

it('refuses a field given twice and an address that leads elsewhere', () => {
  expect(wrong(`${payAddress(merchant)}&vnp_Amount=2000000`)).toContain('vnp_Amount')
  expect(wrong(payAddress({ ...merchant, payUrl: 'https://pay.vnpay.vn/vpcpay.html' }))).toEqual(['url'])
  expect(wrong(payAddress(merchantAt('http://127.0.0.1:9999')))).toEqual([])
  expect(wrong('nothing at all')).toContain('url')
  // The field of 2.0.x; no signature covers it.
  expect(wrong(`${payAddress(merchant)}&vnp_SecureHashType=SHA512`)).toEqual(['vnp_SecureHashType'])
})

it('names everything that is wrong at once, in both languages', () => {
  const reading = read(
    payAddress(merchant, { vnp_Amount: '5', vnp_OrderInfo: 'Lệ phí', vnp_Locale: undefined }),
  )
  expect(reading.ok ? [] : reading.refusals).toEqual([
    { field: 'vnp_Amount', why: { vi: expect.any(String), en: expect.stringContaining('times 100') } },
    { field: 'vnp_OrderInfo', why: { vi: expect.any(String), en: expect.stringContaining('diacritics') } },
    { field: 'vnp_Locale', why: { vi: expect.any(String), en: 'is required' } },
  ])
})
