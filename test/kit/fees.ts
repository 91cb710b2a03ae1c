import { createHmac } from 'node:crypto'
import { sandboxMerchant } from '../../infra/local/payments/sandbox-merchant.ts'
import type { Portal } from './stack.ts'

/** A criminal record asked for online (2.000488): it has a fee, and needs no paper. */
export const costly = { procedureCode: '2.000488', agency: '000.00.05.H42', fee: 200_000 } as const

/** Complete answers to its form. Everybody in them is invented. */
export const costlyAnswers = {
  requester: {
    fullName: 'Nguyễn Thị Ánh',
    personalId: '037190001234',
    dateOfBirth: '1990-05-20',
    gender: 'female',
    nationality: 'Việt Nam',
    permanentAddress: 'Số 5 đường Tràng An, phường Hoa Lư, tỉnh Ninh Bình',
    phone: '0912345678',
    email: 'anh.nguyen@vidu.vn',
  },
  certificateKind: 'no1',
  purpose: 'Xin việc làm',
} as const

/** A submitted dossier with a fee to pay. */
export const costlyDossier = async (
  portal: Portal,
  token: string,
  answers: unknown = costlyAnswers,
): Promise<string> => {
  const { procedureCode, agency } = costly
  const created = await portal.call('POST', '/v1/dossiers', {
    token,
    key: portal.newKey(),
    body: { procedureCode, agency, answers },
  })
  if (created.status !== 201) throw new Error(`no draft: ${created.text}`)
  const submitted = await portal.submit(token, created.json.id)
  if (submitted.status !== 200) throw new Error(`not submitted: ${submitted.text}`)
  return created.json.id
}

export const paymentBody = { provider: 'vnpay', returnUrl: 'https://motcua.ninhbinh.gov.vn/thanh-toan' }

export const beginPayment = (portal: Portal, token: string, dossierId: string, key = portal.newKey()) =>
  portal.call('POST', `/v1/dossiers/${dossierId}/payments`, { token, key, body: paymentBody })

/** What VNPAY says of an order that was paid, in the fields of its IPN call. */
export const vnpayFields = (redirectUrl: string): Record<string, string> => {
  const order = new URL(redirectUrl).searchParams
  const said = (name: string): string => order.get(name) ?? ''
  return {
    vnp_Amount: said('vnp_Amount'),
    vnp_BankCode: 'NCB',
    vnp_BankTranNo: 'VNP14422574',
    vnp_CardType: 'ATM',
    vnp_OrderInfo: said('vnp_OrderInfo'),
    vnp_PayDate: '20261121091806',
    vnp_ResponseCode: '00',
    vnp_TmnCode: said('vnp_TmnCode'),
    vnp_TransactionNo: '14422574',
    vnp_TransactionStatus: '00',
    vnp_TxnRef: said('vnp_TxnRef'),
  }
}

/**
 * Fields as VNPAY signs them, with the secret of the sandbox. Written here once more and from VNPAY's description:
 * a test that signs with the code under test would agree with its mistakes.
 */
export const vnpayQuery = (
  fields: Readonly<Record<string, string>>,
  secret = sandboxMerchant('').hashSecret,
): string => {
  const form = (text: string): string =>
    encodeURIComponent(text)
      .replaceAll('%20', '+')
      .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  const text = Object.keys(fields)
    .toSorted()
    .map((name) => `${form(name)}=${form(fields[name] ?? '')}`)
    .join('&')
  return `${text}&vnp_SecureHash=${createHmac('sha512', secret).update(text).digest('hex')}`
}

/** VNPAY's call about an order, and what it was answered. */
export const tellOfPayment = (portal: Portal, redirectUrl: string, changes: Record<string, string> = {}) =>
  portal.call('GET', `/v1/webhooks/vnpay?${vnpayQuery({ ...vnpayFields(redirectUrl), ...changes })}`)
