import { type Fields, signedQuery } from './vnpay-signature.ts'

export const outcomes = ['success', 'failure', 'suspicious'] as const
export type PayOutcome = (typeof outcomes)[number]

/**
 * vnp_ResponseCode and vnp_TransactionStatus. Failure: the citizen cancelled, and the transaction ended with an
 * error. Suspicious: the money was taken and VNPAY suspects fraud.
 */
const codes: Readonly<Record<PayOutcome, readonly [response: string, status: string]>> = {
  success: ['00', '00'],
  failure: ['24', '02'],
  suspicious: ['07', '07'],
}

/** A transaction that VNPAY has brought to an end. */
export interface Transaction {
  transactionNo: string
  txnRef: string
  /** Hundredths of a đồng. */
  amount: number
  orderInfo: string
  outcome: PayOutcome
  /** `yyyyMMddHHmmss`. */
  payDate: string
}

const resultFields = (transaction: Transaction, tmnCode: string): Fields => {
  const [response, status] = codes[transaction.outcome]
  return new Map([
    ['vnp_TmnCode', tmnCode],
    ['vnp_Amount', String(transaction.amount)],
    ['vnp_BankCode', 'NCB'],
    ['vnp_BankTranNo', `VNP${transaction.transactionNo}`],
    ['vnp_CardType', 'ATM'],
    ['vnp_OrderInfo', transaction.orderInfo],
    ['vnp_PayDate', transaction.payDate],
    ['vnp_ResponseCode', response],
    ['vnp_TransactionNo', transaction.transactionNo],
    ['vnp_TransactionStatus', status],
    ['vnp_TxnRef', transaction.txnRef],
  ])
}

interface Signer {
  tmnCode: string
  hashSecret: string
}

/** The result as VNPAY signs it, for the server (IPN) and for the browser (return address) alike. */
export const resultQuery = (transaction: Transaction, { tmnCode, hashSecret }: Signer): string =>
  signedQuery(resultFields(transaction, tmnCode), hashSecret)

/**
 * The result with one thing changed after it was signed, and so that only the signature gives it away: a failure
 * that says success, a success that is another transaction.
 */
export const tamperedQuery = (transaction: Transaction, signer: Signer): string => {
  const query = new URLSearchParams(resultQuery(transaction, signer))
  if (transaction.outcome === 'success') {
    query.set('vnp_TransactionNo', String(Number(transaction.transactionNo) + 1))
  } else {
    const [response, status] = codes.success
    query.set('vnp_ResponseCode', response)
    query.set('vnp_TransactionStatus', status)
  }
  return query.toString()
}

/** Another amount than the order's, whole and above zero: less where that is possible. */
export const wrongAmount = (amount: number): number =>
  amount > 100_000 ? amount - 100_000 : amount + 100_000

/** Where the browser goes from VNPAY's page. The address keeps the query it has. */
export const returnAddress = (returnUrl: string, query: string): string => {
  const url = new URL(returnUrl)
  url.search = url.search === '' ? query : `${url.search}&${query}`
  return url.href
}
