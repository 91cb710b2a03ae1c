import { expect } from 'vitest'
import { beginPayment, costly, costlyAnswers, costlyDossier, vnpayFields, vnpayQuery } from '../kit/fees.ts'
import type { Stack } from '../kit/stack.ts'
import { put, secrets } from './personal-places.ts'

const costlySecrets = {
  ...costlyAnswers,
  requester: {
    ...costlyAnswers.requester,
    fullName: secrets.name,
    personalId: secrets.personalId,
    phone: secrets.phone,
    email: secrets.email,
    permanentAddress: secrets.address,
  },
}

/** Pays a fee, with everything in a provider's message that the provider may know of who paid. */
export const payFee = async (stack: Stack, token: string): Promise<void> => {
  const dossierId = await costlyDossier(stack, token, costlySecrets)
  const path = `/v1/dossiers/${dossierId}/payments`
  const first = await beginPayment(stack, token, dossierId)
  const begun = await beginPayment(stack, token, dossierId)
  expect([first.status, begun.status]).toEqual([201, 201])
  for (const { json, text } of [first, begun]) {
    const order = new URL(json.redirectUrl)
    expect(order.searchParams.get('vnp_OrderInfo')).not.toBe('')
    put('an order at a payment provider', text)
    put('an order at a payment provider', JSON.stringify([...order.searchParams]))
  }
  const good = { provider: 'vnpay', returnUrl: 'https://motcua.ninhbinh.gov.vn/thanh-toan' }
  for (const secret of Object.values(secrets)) {
    const returnUrl = `https://elsewhere.example/?ai=${encodeURIComponent(secret)}`
    for (const wrong of [{ provider: secret }, { feeRequestId: secret }, { returnUrl }]) {
      const body = { ...good, ...wrong }
      const refused = await stack.call('POST', path, { token, key: stack.newKey(), body })
      expect(refused.json.code).toBe('invalid-request')
      put('a problem document', refused.text)
    }
  }

  const fields = vnpayFields(begun.json.redirectUrl)
  const about = {
    vnp_OrderInfo: `${secrets.name} ${secrets.personalId} ${secrets.address}`,
    vnp_CardHolder: secrets.name,
    vnp_Bill_Mobile: secrets.phone,
    vnp_Bill_Email: secrets.email,
    vnp_Inv_Customer: `${secrets.child} ${secrets.fileName}`,
  }
  // A failure, the wrong secret, another stack's order, an unknown one, another amount, the fee.
  const said = [
    [vnpayQuery({ ...fields, ...about, vnp_ResponseCode: '24', vnp_TransactionStatus: '02' }), '00'],
    [vnpayQuery({ ...fields, ...about }, 'another'), '97'],
    [vnpayQuery({ ...fields, ...about, vnp_TxnRef: `P${fields.vnp_TxnRef?.slice(1)}` }), '01'],
    [vnpayQuery({ ...fields, ...about, vnp_TxnRef: `${fields.vnp_TxnRef?.slice(0, -3)}ZZZ` }), '01'],
    [vnpayQuery({ ...fields, ...about, vnp_Amount: '100', vnp_TransactionNo: '14422575' }), '04'],
    [vnpayQuery({ ...fields, ...about }), '00'],
    [vnpayQuery({ ...fields, ...about }), '02'],
  ] as const
  for (const [query, code] of said) {
    const { json, text } = await stack.call('GET', `/v1/webhooks/vnpay?${query}`)
    expect(json.RspCode, text).toBe(code)
    put('an answer to a payment provider', text)
  }
  const money = await stack.call('GET', `/v1/dossiers/${dossierId}/money`, { token })
  expect(money.json.sums).toMatchObject({ due: 0, credited: costly.fee })
  put('a payment, its messages and the ledger', money.text)
  const payment = await stack.call('GET', `/v1/payments/${begun.json.id}`, { token })
  expect(payment.json.state).toBe('paid')
  put('a payment, its messages and the ledger', payment.text)
}
