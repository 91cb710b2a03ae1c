import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HashAlgorithm, VNPay } from 'vnpay'
import { plainInfo, signedQuery, vnpay } from '../../../functions/payment/providers/vnpay.ts'
import { runs } from '../../kit/runs.ts'
import { due, fieldsOf, ipn, place, returnUrl, secret, start, tmnCode } from './office.ts'
import published from './published-vector.json' with { type: 'json' }

const provider = vnpay.create({ VNPAY_TMN_CODE: tmnCode, VNPAY_HASH_SECRET: [secret] }, place)
const readingOf = (query: string) => provider.read({ query })
const said = { paymentId: '0'.repeat(26) }
const genuine = ipn(said)

/** Written by others from the same specification: a signer and a judge that owe nothing to our code. */
const theirs = new VNPay({
  tmnCode,
  secureSecret: secret,
  vnpayHost: 'https://sandbox.vnpayment.vn',
  testMode: true,
  hashAlgorithm: HashAlgorithm.SHA512,
})

const orderOf = (more = {}) => ({
  reference: `S37${said.paymentId}`,
  amount: due,
  dossierCode: '000.00.12.H40-261121-0001',
  returnUrl,
  sourceIp: '203.0.113.7',
  createdAt: start,
  expiresAt: start + 900_000,
  ...more,
})

describe('the address to pay at', () => {
  it('says in VNPAY’s way what is to be paid, until when and where people come back to', async () => {
    const { redirectUrl, qr } = await provider.open(orderOf())
    const url = new URL(redirectUrl)
    expect(`${url.origin}${url.pathname}`).toBe('https://sandbox.vnpayment.vn/paymentv2/vpcpay.html')
    const { vnp_SecureHash, ...fields } = Object.fromEntries(url.searchParams)
    expect(fields).toEqual({
      vnp_Version: '2.1.0',
      vnp_Command: 'pay',
      vnp_TmnCode: tmnCode,
      vnp_Amount: '2400000',
      vnp_CurrCode: 'VND',
      vnp_TxnRef: `S37${said.paymentId}`,
      vnp_OrderInfo: 'Thanh toan phi le phi ho so 000.00.12.H40-261121-0001',
      vnp_OrderType: 'other',
      vnp_Locale: 'vn',
      vnp_IpAddr: '203.0.113.7',
      vnp_ReturnUrl: returnUrl,
      vnp_CreateDate: '20261121090000',
      vnp_ExpireDate: '20261121091500',
    })
    expect(vnp_SecureHash).toMatch(/^[0-9a-f]{128}$/)
    expect(qr).toBeNull()
  })

  it('is VNPAY’s real one in production only, unless another is set', async () => {
    const addressIn = async (environment: string, more = {}) => {
      const settings = { VNPAY_TMN_CODE: tmnCode, VNPAY_HASH_SECRET: [secret], ...more }
      return (await vnpay.create(settings, { ...place, environment }).open(orderOf())).redirectUrl
    }
    expect(await addressIn('production')).toMatch(/^https:\/\/pay\.vnpay\.vn\/vpcpay\.html\?/)
    expect(await addressIn('staging')).toMatch(/^https:\/\/sandbox\.vnpayment\.vn\//)
    expect(await addressIn('sandbox', { VNPAY_PAY_URL: 'http://127.0.0.1:9/pay' })).toMatch(
      /^http:\/\/127\.0\.0\.1:9\/pay\?/,
    )
  })

  it('carries no sign that the programs of VNPAY escape differently', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        expect(plainInfo(text)).toMatch(/^[A-Za-z0-9 .:/_-]{0,255}$/)
      }),
      { numRuns: runs(200) },
    )
    expect(plainInfo('Đăng ký khai sinh – đường Trần Phú')).toBe('Dang ky khai sinh duong Tran Phu')
  })
})

const value = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: fc.constantFrom(..."*~!'() +%&=áĐ💳/:-._"), maxLength: 20 }),
)
const fields = fc
  .dictionary(fc.stringMatching(/^vnp_[A-Za-z0-9_]{1,12}$/), value, { maxKeys: 6 })
  .map((extra): Record<string, string> => {
    const { vnp_SecureHash, vnp_SecureHashType, ...rest } = extra
    return { ...rest, ...fieldsOf(said) }
  })

describe('a message of VNPAY', () => {
  it('is read when the vector that the npm package publishes says so', () => {
    const { key, params, expected } = published
    const own = vnpay.create({ VNPAY_TMN_CODE: params.vnp_TmnCode, VNPAY_HASH_SECRET: [key] }, place)
    const query = new URLSearchParams({ ...params, vnp_SecureHash: expected }).toString()
    expect(own.read({ query })).toMatchObject({
      kind: 'result',
      result: {
        outcome: 'success',
        amount: 10_000,
        reference: '1716257871703',
        transactionNo: '14422574',
        paidAt: '2024-05-21T09:18:06.000+07:00',
      },
    })
  })

  it('is taken when the npm package signed it, and signed by us as the package takes it', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const query = signedQuery(given, secret)
        expect(readingOf(query).kind).toBe('result')
        const parsed = Object.fromEntries(new URLSearchParams(query))
        const nonEmpty = Object.fromEntries(Object.entries(parsed).filter(([, one]) => one !== '')) as Record<
          string,
          string
        >
        const judged = theirs.verifyIpnCall(nonEmpty as never)
        // It leaves empty fields out of what it hashes; ours says both are genuine.
        if (Object.keys(nonEmpty).length === Object.keys(parsed).length) expect(judged.isVerified).toBe(true)
      }),
      { numRuns: runs(200) },
    )
  })

  it('is taken from a query that the package built and signed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 9_000_000 }),
        fc.stringMatching(/^[A-Za-z0-9 ]{1,40}$/),
        (sum, info) => {
          const built = theirs.buildPaymentUrl({
            vnp_Amount: sum,
            vnp_IpAddr: '203.0.113.7',
            vnp_TxnRef: `S37${said.paymentId}`,
            vnp_OrderInfo: info,
            vnp_OrderType: 'other' as never,
            vnp_ReturnUrl: returnUrl,
          })
          const reading = readingOf(new URL(built).search.slice(1))
          expect(reading).toMatchObject({ kind: 'result', result: { amount: sum } })
        },
      ),
      { numRuns: runs(100) },
    )
  })

  it('is refused with any one character of a signed field changed, added or taken away', () => {
    const names = Object.keys(fieldsOf(said))
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.nat(),
        fc.string({ unit: 'grapheme', minLength: 0, maxLength: 1 }),
        fc.constantFrom('change', 'add'),
        (name, at, sign, how) => {
          const changed = new URLSearchParams(genuine)
          const before = changed.get(name) ?? ''
          const where = at % before.length
          const after = before.slice(0, where) + sign + before.slice(how === 'change' ? where + 1 : where)
          fc.pre(after !== before)
          changed.set(name, after)
          expect(readingOf(changed.toString())).toEqual({ kind: 'forged' })
        },
      ),
      { numRuns: runs(1_000) },
    )
  })

  it('is refused with every single character of its query exchanged, unless it still says the same', () => {
    const meaning = (query: string) =>
      JSON.stringify([...new URLSearchParams(query)].filter(([name]) => name.startsWith('vnp_')).toSorted())
    for (let at = 0; at < genuine.length; at += 1) {
      const sign = genuine[at] === 'x' ? 'y' : 'x'
      const changed = genuine.slice(0, at) + sign + genuine.slice(at + 1)
      if (meaning(changed) !== meaning(genuine)) expect(readingOf(changed).kind, changed).toBe('forged')
    }
  })

  it('may come in any order, with any escapes that mean the same, and with fields of others', () => {
    const pairs = genuine.split('&')
    expect(readingOf(pairs.toReversed().join('&'))).toEqual(readingOf(genuine))
    expect(readingOf(genuine.replaceAll('+', '%20')).kind).toBe('result')
    expect(readingOf(genuine.replaceAll('%2C', ',').replaceAll('%2F', '%2f')).kind).toBe('result')
    expect(readingOf(`utm_source=mail&${genuine}&utm_source=mail`).kind).toBe('result')
    expect(readingOf(`${genuine}&vnp_SecureHashType=SHA512`).kind).toBe('result')
  })

  it('is genuine with its empty fields signed, and with them left out of what is signed', () => {
    const withEmpty = signedQuery({ ...fieldsOf(said), vnp_BankTranNo: '' }, secret)
    expect(readingOf(withEmpty).kind).toBe('result')
    const { vnp_BankTranNo, ...without } = fieldsOf(said)
    expect(readingOf(`${signedQuery(without, secret)}&vnp_BankTranNo=`).kind).toBe('result')
  })

  it('is refused when a field stands there twice, in whatever disguise', () => {
    const hash = new URLSearchParams(genuine).get('vnp_SecureHash') ?? ''
    const bad = 'a'.repeat(128)
    for (const query of [
      `vnp_SecureHash=${bad}&${genuine}`,
      `${genuine}&vnp_SecureHash=${bad}`,
      `${genuine}&vnp_SecureHash=${hash}`,
      `${genuine}&vnp_Amount=2400000`,
      `${genuine}&vnp%5FAmount=2400000`,
    ])
      expect(readingOf(query)).toEqual({ kind: 'forged' })
  })

  it.each([
    ['no hash', genuine.replace(/&vnp_SecureHash=.*/, '')],
    ['an empty hash', genuine.replace(/vnp_SecureHash=.*/, 'vnp_SecureHash=')],
    ['half of it', genuine.slice(0, -64)],
    ['one in capitals', genuine.replace(/[0-9a-f]{128}$/, (hash) => hash.toUpperCase())],
    ['no hex', genuine.replace(/[0-9a-f]{128}$/, 'z'.repeat(128))],
    ['an array', genuine.replace('vnp_SecureHash=', 'vnp_SecureHash[]=')],
  ])('is refused with %s', (_, query) => {
    expect(readingOf(query)).toEqual({ kind: 'forged' })
  })

  it('is unreadable when nothing of VNPAY is in it', () => {
    for (const query of ['', 'a=b', '%', '&&&', 'utm_source=x'])
      expect(readingOf(query)).toEqual({ kind: 'unreadable' })
  })

  it('is another merchant’s when it names another terminal', () => {
    const query = signedQuery({ ...fieldsOf(said), vnp_TmnCode: 'OTHER001' }, secret)
    expect(readingOf(query)).toEqual({ kind: 'another-merchant' })
  })

  it('still verifies under the secret of before, and we sign with the new one', async () => {
    const rotated = vnpay.create({ VNPAY_TMN_CODE: tmnCode, VNPAY_HASH_SECRET: ['new', secret] }, place)
    expect(rotated.read({ query: genuine }).kind).toBe('result')
    expect(rotated.read({ query: signedQuery(fieldsOf(said), 'new') }).kind).toBe('result')
    expect(rotated.read({ query: signedQuery(fieldsOf(said), 'never') }).kind).toBe('forged')
    const { redirectUrl } = await rotated.open(orderOf())
    const search = new URL(redirectUrl).search.slice(1)
    expect(rotated.read({ query: search }).kind).toBe('result')
    expect(readingOf(search)).toEqual({ kind: 'forged' })
    expect(vnpay.settings.parse({ VNPAY_TMN_CODE: 'A', VNPAY_HASH_SECRET: 'new, old' })).toMatchObject({
      VNPAY_HASH_SECRET: ['new', 'old'],
    })
  })

  it.each([
    ['00', '00', 'success'],
    ['00', '02', 'failure'],
    ['24', '00', 'failure'],
    ['24', '02', 'failure'],
    ['07', '00', 'suspicious'],
    ['00', '07', 'suspicious'],
    ['', '', 'failure'],
  ])('with codes %s and %s is a %s', (response, status, outcome) => {
    const query = ipn({ ...said, response, status })
    expect(readingOf(query)).toMatchObject({ kind: 'result', result: { outcome } })
  })

  it.each([
    ['2400000', 24_000],
    ['2400050', null],
    ['24e5', null],
    ['-2400000', null],
    ['02400000', null],
    ['2400000.0', null],
    ['0', null],
    ['', null],
  ])('with the amount %s says %s', (text, amount) => {
    const query = signedQuery({ ...fieldsOf(said), vnp_Amount: text }, secret)
    expect(readingOf(query)).toMatchObject({ kind: 'result', result: { amount } })
  })

  it('is judged right where the npm package is wrong', () => {
    const parsed = Object.fromEntries(new URLSearchParams(`${genuine}&utm_source=x`))
    expect(theirs.verifyIpnCall(parsed as never).isVerified).toBe(false)
    expect(readingOf(`${genuine}&utm_source=x`).kind).toBe('result')
    const doubled = `vnp_SecureHash=${'a'.repeat(128)}&${genuine}`
    const last = Object.fromEntries(new URLSearchParams(doubled))
    expect(theirs.verifyIpnCall(last as never).isVerified).toBe(true)
    expect(readingOf(doubled)).toEqual({ kind: 'forged' })
  })
})
