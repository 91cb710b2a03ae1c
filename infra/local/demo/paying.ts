import { call, check, type createTeller, until } from './steps.ts'

interface Stage {
  base: string
  token: string
  /** Whose mails are looked at. */
  mailbox: string
  key: (name: string) => string
  teller: ReturnType<typeof createTeller>
}

const returnUrl = 'https://motcua.ninhbinh.gov.vn/thanh-toan'

const spokenDong = (amount: number): string => `${amount.toLocaleString('vi-VN')} đ`

/** A procedure with a fee, from the submission to the citizen's letter that it is paid. */
export const payFees = async ({ base, token, mailbox, key, teller }: Stage): Promise<void> => {
  const { step, say } = teller

  step('She asks for a criminal record certificate, which has a fee')
  const { body: procedure } = await call(base, 'GET', '/v1/procedures/2.000488')
  const { body: draft } = await call(base, 'POST', '/v1/dossiers', {
    token,
    key: key('fee-draft'),
    expect: [201],
    body: { procedureCode: procedure.code, agency: procedure.agencies[0].code, answers: answers(mailbox) },
  })
  const { body: submitted } = await call(base, 'POST', `/v1/dossiers/${draft.id}/submit`, {
    token,
    key: key('fee-submit'),
    body: { declaration: true },
  })
  const { code } = submitted.dossier
  say(`dossier number ${code}`)

  step('She pays the fee')
  const { body: payment } = await call(base, 'POST', `/v1/dossiers/${draft.id}/payments`, {
    token,
    key: key('pay'),
    expect: [201],
    body: { provider: 'vnpay', returnUrl },
  })
  check(payment.state === 'pending' && payment.amount > 0, 'there is something to pay')
  const page = await fetch(payment.redirectUrl)
  check(page.ok, 'the provider takes the address to which she is sent')
  say(`${spokenDong(payment.amount)}; to press the buttons yourself, open such an address in a browser`)

  step('The provider tells us, twice at once, that it has the money')
  const { body: told } = await call(base, 'POST', `/_sandbox/payments/${payment.id}/outcome`, {
    body: { outcome: 'success', deliver: 'twice' },
  })
  const codes = told.sent.map(({ rspCode }: { rspCode: string }) => rspCode).sort()
  check(codes.join() === '00,02', `one call is taken, the other known already (${codes.join()})`)
  const { body: paid } = await call(base, 'GET', `/v1/payments/${payment.id}`, { token })
  check(paid.state === 'paid', `the payment is paid (${paid.state})`)
  say(`transaction ${told.transactionNo}, answered ${codes.join(' and ')}`)

  step('A letter confirms it')
  await call(base, 'POST', '/_sandbox/drain', { expect: [200, 204] })
  const letters = await until(async () => {
    const { body } = await call(base, 'GET', `/_sandbox/messages?to=${encodeURIComponent(mailbox)}`)
    const about = body.items.filter(({ text }: { text: string }) => text.includes(told.transactionNo))
    return about.length > 0 ? about : undefined
  })
  check(letters.length === 1, `exactly one letter (${letters.length})`)
  check(letters[0].text.includes(code), 'it names the dossier number')
  say(`«${letters[0].subject}»`)

  step('She looks where her money is')
  const { body: money } = await call(base, 'GET', `/v1/dossiers/${draft.id}/money`, { token })
  const { due, received, credited, held } = money.sums
  check(due === 0 && received === payment.amount && credited === received, 'the fee is booked once')
  check(held === 0 && money.receipts.length > 0, 'nothing is held back')
  say(`received ${spokenDong(received)}, still to pay ${spokenDong(due)}`)
}

const answers = (mailbox: string) => ({
  requester: {
    fullName: 'Nguyễn Thị Ánh',
    personalId: '037190001234',
    dateOfBirth: '1990-05-20',
    gender: 'female',
    nationality: 'Việt Nam',
    permanentAddress: 'Số 5 đường Tràng An, phường Hoa Lư, tỉnh Ninh Bình',
    phone: '0912345678',
    email: mailbox,
  },
  certificateKind: 'no1',
  purpose: 'Xin việc làm',
})
