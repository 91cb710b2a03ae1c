import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { compactVerify, createLocalJWKSet } from 'jose'
import { canonicalJson } from '../../../shared/canonical-json.ts'
import { payFees } from './paying.ts'
import { call, check, createTeller, until } from './steps.ts'

/** Plays the main job against a running sandbox, as a portal would: over HTTP only. */
const base = process.env.MOTCUA_URL ?? `http://127.0.0.1:${process.env.PORT ?? 8787}`
const teller = createTeller()
const { step, say, end } = teller

const paper = readFileSync(new URL('giay-chung-sinh.pdf', import.meta.url))
const paperHash = createHash('sha256').update(paper).digest('hex')
const mailbox = `anh.${Date.now()}@vidu.vn`
const key = (name: string): string => `demo-${name}-${Date.now()}`

const play = async (): Promise<void> => {
  step('A citizen signs in')
  const { body: login } = await call(base, 'POST', '/_sandbox/tokens', {
    body: { actor: 'citizen', personalId: '037190001234', name: 'Nguyễn Thị Ánh' },
    expect: [200, 201],
  })
  const token = String(login.accessToken)
  check(token.split('.').length === 3, 'the token is a signed JWT')
  say('Nguyễn Thị Ánh has an access token of the sandbox issuer')

  step('She looks for the procedure, typing without diacritics')
  const { body: found } = await call(base, 'GET', '/v1/procedures?q=khai%20sinh')
  const procedure = found.items.find((item: { code: string }) => item.code === '1.001193')
  check(procedure !== undefined, 'birth registration is in the catalogue')
  const { body: detail } = await call(base, 'GET', '/v1/procedures/1.001193')
  const agency = detail.agencies[0].code
  say(`${detail.code} ${detail.name}, version ${detail.version}, at ${detail.agencies[0].name} (${agency})`)

  step('She begins a dossier')
  const { body: draft, response: drafted } = await call(base, 'POST', '/v1/dossiers', {
    token,
    key: key('draft'),
    expect: [201],
    body: { procedureCode: detail.code, agency, answers: answers() },
  })
  say(`draft ${draft.id}, version ${draft.version}, ETag ${drafted.headers.get('etag')}`)

  step('She uploads the birth certificate, a PDF')
  const { body: ticket } = await call(base, 'POST', '/v1/documents', {
    token,
    key: key('document'),
    expect: [201],
    body: {
      fileName: 'giay-chung-sinh.pdf',
      contentType: 'application/pdf',
      size: paper.length,
      sha256: paperHash,
      purpose: 'component',
    },
  })
  const form = new FormData()
  for (const [name, value] of Object.entries(ticket.upload.fields)) form.append(name, String(value))
  form.append('file', new Blob([paper], { type: 'application/pdf' }), 'giay-chung-sinh.pdf')
  const uploaded = await fetch(ticket.upload.url, { method: 'POST', body: form })
  check(uploaded.ok, `the store took the upload (${uploaded.status})`)
  await call(base, 'POST', `/v1/documents/${ticket.id}/complete`, { token, key: key('complete'), body: {} })
  say(`${paper.length} bytes, SHA-256 ${paperHash.slice(0, 16)}…`)

  step('The file is inspected')
  const document = await until(async () => {
    const { body } = await call(base, 'GET', `/v1/documents/${ticket.id}`, { token })
    return body.state === 'inspecting' ? undefined : body
  })
  check(
    document.state === 'clean',
    `the file is clean (${document.state} ${JSON.stringify(document.reason)})`,
  )
  say('it is the PDF it claims to be, with no active content and no known malware')

  step('She submits')
  await call(base, 'PATCH', `/v1/dossiers/${draft.id}`, {
    token,
    body: { components: [{ componentId: 'birth-certificate', documentId: ticket.id }] },
  })
  const submit = { token, key: key('submit'), body: { declaration: true } }
  const { body: submitted } = await call(base, 'POST', `/v1/dossiers/${draft.id}/submit`, submit)
  const { dossier, receipt } = submitted
  check(dossier.state === 'submitted' && dossier.nationalStatus === 1, 'the dossier is submitted')
  say(`dossier number ${dossier.code}, at ${dossier.submittedAt}`)

  step('Her connection breaks and the portal sends the same request again')
  const { body: again, response: replay } = await call(
    base,
    'POST',
    `/v1/dossiers/${draft.id}/submit`,
    submit,
  )
  check(replay.headers.get('idempotent-replayed') === 'true', 'the answer is marked as a repeat')
  check(JSON.stringify(again) === JSON.stringify(submitted), 'the repeat gets the same answer')
  say('same number, same receipt, nothing doubled')

  step('An e-mail arrives')
  await call(base, 'POST', '/_sandbox/drain', { expect: [200, 204] })
  const mail = await until(async () => {
    const { body } = await call(base, 'GET', `/_sandbox/messages?to=${encodeURIComponent(mailbox)}`)
    const messages = body.items ?? body
    return messages.length > 0 ? messages : undefined
  })
  check(mail.length === 1, `exactly one e-mail (${mail.length})`)
  check(mail[0].text.includes(dossier.code), 'it names the dossier number')
  const pin = /PIN\)?:\s*([0-9A-HJKMNP-TV-Z]{8})/.exec(mail[0].text)?.[1] ?? ''
  check(pin.length === 8, 'it carries the tracking PIN')
  say(`«${mail[0].subject}» to ${mailbox}`)

  step('She tracks the dossier by number and PIN, without signing in')
  const { body: tracked } = await call(base, 'GET', `/v1/track/${dossier.code}?pin=${pin}`)
  check(tracked.state === 'submitted', 'the state is shown')
  await call(base, 'GET', `/v1/track/${dossier.code}?pin=00000000`, { expect: [404] })
  say(`${tracked.waitingOn.reason.vi} (${tracked.agency.name})`)

  step('She verifies the receipt on her own machine')
  const { body: keys } = await call(base, 'GET', '/v1/keys')
  const verified = await compactVerify(receipt.jws, createLocalJWKSet(keys), { algorithms: ['ES256'] })
  const signed = Buffer.from(verified.payload).toString()
  check(signed === canonicalJson(receipt.manifest), 'the signature covers the manifest')
  check(receipt.manifest.files[0].sha256 === paperHash, 'the manifest names the very file she uploaded')
  const { body: online } = await call(base, 'GET', `/v1/receipts/${receipt.id}`)
  check(online.signatureValid && online.unchanged, 'the public verification agrees')
  say(`receipt ${receipt.id}, key ${verified.protectedHeader.kid}`)

  await payFees({ base, token, mailbox, key, teller })
}

const answers = () => ({
  requester: {
    fullName: 'Nguyễn Thị Ánh',
    personalId: '037190001234',
    relationship: 'mother',
    phone: '0912345678',
    email: mailbox,
    address: 'Số 5 đường Tràng An, phường Hoa Lư, tỉnh Ninh Bình',
  },
  child: {
    surname: 'Trần',
    givenName: 'Minh Khôi',
    dateOfBirth: '2026-11-02',
    gender: 'male',
    placeOfBirth: 'Bệnh viện Sản Nhi tỉnh Ninh Bình',
    ethnicity: 'Kinh',
    nationality: 'Việt Nam',
    nativePlace: 'Phường Hoa Lư, tỉnh Ninh Bình',
  },
  mother: { fullName: 'Nguyễn Thị Ánh', dateOfBirth: '1990-05-20', personalId: '037190001234' },
  birthEvidence: 'birth-certificate',
})

await end(play, base)
