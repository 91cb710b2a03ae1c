import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ProductCode, VNPay, VnpLocale } from 'vnpay'
import { readPayAddress } from '../../../../infra/local/payments/vnpay-pay-address.ts'
import {
  outcomes,
  resultQuery,
  returnAddress,
  tamperedQuery,
} from '../../../../infra/local/payments/vnpay-result.ts'
import { vnpayTime } from '../../../../infra/local/payments/vnpay-time.ts'
import { minutes } from '../../../../shared/time.ts'
import { runs } from '../../../kit/runs.ts'
import { merchantAt, start } from './counterparts.ts'

/** A program of others that speaks to VNPAY: what it signs we must take, what we sign it must take. */
const merchant = { ...merchantAt('http://127.0.0.1:8787'), payUrl: 'https://pay.vidu.vn/vpcpay.html' }
const library = new VNPay({
  tmnCode: merchant.tmnCode,
  secureSecret: merchant.hashSecret,
  vnpayHost: 'https://pay.vidu.vn',
  endpoints: { paymentEndpoint: 'vpcpay.html' },
})

const word = (signs: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...signs), minLength: 1, maxLength })
const letters = 'ABCXYZabcxyz0189'
const reference = word(letters, 100)
const info = word(`${letters} .:/_-`, 255).filter((text) => text.trim() === text)
const dong = fc.integer({ min: 1, max: 9_999_999_999 })

it('reads the addresses that it signs', () => {
  fc.assert(
    fc.property(
      reference,
      info,
      dong,
      fc.webUrl({ withQueryParameters: true }),
      (txnRef, orderInfo, amount, url) => {
        fc.pre(url.length <= 255)
        const address = library.buildPaymentUrl({
          vnp_Amount: amount,
          vnp_TxnRef: txnRef,
          vnp_OrderInfo: orderInfo,
          vnp_OrderType: ProductCode.Other,
          vnp_ReturnUrl: url,
          vnp_IpAddr: '10.0.0.1',
          vnp_Locale: VnpLocale.VN,
          vnp_CreateDate: Number(vnpayTime(start)),
          vnp_ExpireDate: Number(vnpayTime(start + minutes(15))),
        })
        expect(readPayAddress(address, merchant, start)).toMatchObject({
          ok: true,
          order: { txnRef, orderInfo, amount: amount * 100, returnUrl: url },
        })
      },
    ),
    { numRuns: runs(100) },
  )
})

const transaction = fc.record({
  transactionNo: fc.integer({ min: 14_000_000, max: 99_999_999 }).map(String),
  txnRef: reference,
  amount: dong.map((amount) => amount * 100),
  orderInfo: info,
  outcome: fc.constantFrom(...outcomes),
  payDate: fc.constant(vnpayTime(start)),
})
// biome-ignore lint/suspicious/noExplicitAny: the library's own type of a query
const queryOf = (text: string): any => Object.fromEntries(new URLSearchParams(text))

it('signs results that it takes for genuine, with the outcome that was meant', () => {
  fc.assert(
    fc.property(transaction, (done) => {
      const query = resultQuery(done, merchant)
      expect(library.verifyIpnCall(queryOf(query))).toMatchObject({
        isVerified: true,
        isSuccess: done.outcome === 'success',
        vnp_Amount: done.amount / 100,
        vnp_TxnRef: done.txnRef,
      })
      const { search } = new URL(returnAddress('https://motcua.vidu.vn/thanh-toan', query))
      expect(library.verifyReturnUrl(queryOf(search)).isVerified).toBe(true)
    }),
    { numRuns: runs(100) },
  )
})

it('tampers so that only the signature tells', () => {
  fc.assert(
    fc.property(transaction, (done) => {
      const query = queryOf(tamperedQuery(done, merchant))
      expect(library.verifyIpnCall(query).isVerified).toBe(false)
      expect(query).toMatchObject({
        vnp_ResponseCode: '00',
        vnp_TransactionStatus: '00',
        vnp_TxnRef: done.txnRef,
      })
    }),
    { numRuns: runs(30) },
  )
})

it('keeps the query that a return address has', () => {
  const address = new URL(returnAddress('https://a.vn/b?ho-so=7#c', 'vnp_TxnRef=1&vnp_SecureHash=2'))
  expect(address.search).toBe('?ho-so=7&vnp_TxnRef=1&vnp_SecureHash=2')
})
