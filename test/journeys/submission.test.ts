import { compactVerify, createLocalJWKSet } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { brokenAt } from '../../functions/dossier/history.ts'
import { canonicalJson, jsonHash } from '../../shared/canonical-json.ts'
import { birth, birthAnswers } from '../kit/answers.ts'
import { paper, type Stack, sha256, startStack } from '../kit/stack.ts'

let stack: Stack
let anh: string
beforeAll(async () => {
  stack = await startStack()
  anh = await stack.citizen(1)
})
afterAll(async () => {
  expect(stack.problems.filter((line) => !line.includes('listening'))).toEqual([])
  await stack.stop()
})

const mailsTo = (address: string) => stack.runner.messages(address)
const withMail = (address: string) => ({
  ...birthAnswers,
  requester: { ...birthAnswers.requester, email: address },
})

describe('the main job', () => {
  it('goes from draft to receipt, mail and tracking', async () => {
    const documentId = await stack.cleanPaper(anh)
    const id = await stack.draft(anh, documentId, withMail('main@vidu.vn'))
    const answer = await stack.submit(anh, id)
    expect(answer.status, answer.text).toBe(200)
    const { dossier, receipt } = answer.json
    expect(dossier.code).toMatch(/^000\.00\.12\.H40-\d{6}-\d{4}$/)
    expect(answer.headers.get('etag')).toBe(`"${dossier.version}"`)

    // Read-your-write: the dossier and its history are there at once.
    const read = await stack.call('GET', `/v1/dossiers/${id}`, { token: anh })
    expect(read.json).toEqual(dossier)
    const timeline = await stack.call('GET', `/v1/dossiers/${id}/timeline`, { token: anh })
    expect(timeline.json.items.map((line: { type: string }) => line.type)).toEqual(['drafted', 'submitted'])
    expect(brokenAt(timeline.json.items)).toBeUndefined()

    // The receipt, verified by an independent library and by hand.
    const keys = await stack.call('GET', '/v1/keys')
    const verified = await compactVerify(receipt.jws, createLocalJWKSet(keys.json), { algorithms: ['ES256'] })
    expect(Buffer.from(verified.payload).toString()).toBe(canonicalJson(receipt.manifest))
    expect(receipt.manifest).toMatchObject({
      code: dossier.code,
      province: '37',
      environment: 'sandbox',
      answersHash: jsonHash(withMail('main@vidu.vn')),
      files: [{ componentId: birth.componentId, sha256: sha256(paper), size: paper.length, scan: 'clean' }],
    })
    expect(receipt.id).toMatch(/^[0-9A-Z]{26}$/)
    const text = JSON.stringify(receipt.manifest)
    for (const secret of ['Nguyễn', 'giay-chung-sinh', '0370900', '0912345678'])
      expect(text).not.toContain(secret)

    await stack.runner.drain()
    const [mail, ...more] = mailsTo('main@vidu.vn')
    expect(more).toEqual([])
    expect(mail?.text).toContain(dossier.code)
    expect(mail?.text).toContain(dossier.trackingPin)
    expect(mail?.text).not.toContain('0370900')

    const tracked = await stack.call(
      'GET',
      `/v1/track/${dossier.code}?pin=${dossier.trackingPin.toLowerCase()}`,
    )
    expect(tracked.json).toMatchObject({ state: 'submitted', nationalStatus: 1, code: dossier.code })
    const inbox = await stack.call('GET', '/v1/notifications', { token: anh })
    expect(inbox.json.items).toEqual([expect.objectContaining({ code: dossier.code })])
    expect(inbox.text).not.toContain(dossier.trackingPin)
  })

  it('keeps the document for the dossier: it can no longer be deleted', async () => {
    const documentId = await stack.cleanPaper(anh)
    const id = await stack.draft(anh, documentId)
    await stack.submit(anh, id)
    const refused = await stack.call('DELETE', `/v1/documents/${documentId}`, { token: anh })
    expect(refused.status).toBe(409)
    expect(refused.json.code).toBe('document-in-use')
  })
})

describe('200 at once', () => {
  it('equal submits give one number, one receipt, one message and 200 equal answers', async () => {
    const documentId = await stack.cleanPaper(anh)
    const id = await stack.draft(anh, documentId, withMail('storm@vidu.vn'))
    const answers = await Promise.all(Array.from({ length: 200 }, () => stack.submit(anh, id, 'storm')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(199)
    await stack.runner.drain()
    expect(mailsTo('storm@vidu.vn')).toHaveLength(1)
    const inbox = await stack.call('GET', '/v1/notifications?limit=100', { token: anh })
    const code = answers[0]?.json.dossier.code
    expect(inbox.json.items.filter((item: { code: string }) => item.code === code)).toHaveLength(1)
    const timeline = await stack.call('GET', `/v1/dossiers/${id}/timeline`, { token: anh })
    expect(timeline.json.items).toHaveLength(2)
    expect((await stack.call('GET', `/v1/receipts/${answers[0]?.json.receipt.id}`)).json.unchanged).toBe(true)
  })

  it('drafts of one agency get 200 different, consecutive numbers', async () => {
    const token = await stack.citizen(2)
    const documentId = await stack.cleanPaper(token)
    const ids = await Promise.all(Array.from({ length: 200 }, () => stack.draft(token, documentId)))
    const answers = await Promise.all(ids.map((id) => stack.submit(token, id)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const numbers = answers
      .map(({ json }) => Number(json.dossier.code.split('-').at(-1)))
      .sort((a, b) => a - b)
    const first = numbers[0] ?? 0
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, n) => first + n))
  })

  it('equal creates give one draft', async () => {
    const body = { procedureCode: birth.procedureCode, agency: birth.agency }
    const answers = await Promise.all(
      Array.from({ length: 200 }, () =>
        stack.call('POST', '/v1/dossiers', { token: anh, key: 'same', body }),
      ),
    )
    expect(new Set(answers.map(({ text, status }) => `${status} ${text}`)).size).toBe(1)
  })
})

describe('two devices', () => {
  it('never lose each other’s fields, and find draft and files again', async () => {
    const documentId = await stack.cleanPaper(anh)
    const id = await stack.draft(anh, documentId, {})
    const fields = Object.keys(birthAnswers) as (keyof typeof birthAnswers)[]
    const writes = await Promise.all(
      fields.map((name) =>
        stack.call('PATCH', `/v1/dossiers/${id}`, {
          token: anh,
          body: { answers: { [name]: birthAnswers[name] } },
        }),
      ),
    )
    expect(new Set(writes.map(({ status }) => status))).toEqual(new Set([200]))
    const read = await stack.call('GET', `/v1/dossiers/${id}`, { token: anh })
    expect(read.json.answers).toEqual(birthAnswers)
    expect(read.json.version).toBe(1 + fields.length)
    expect(read.json.components).toEqual([expect.objectContaining({ documentId })])
  })

  it('with If-Match the second is told of the first', async () => {
    const id = await stack.draft(anh)
    const patch = (body: unknown) =>
      stack.call('PATCH', `/v1/dossiers/${id}`, { token: anh, body, headers: { 'If-Match': '"1"' } })
    const answers = await Promise.all([patch({ answers: { copies: 1 } }), patch({ answers: { copies: 2 } })])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412])
    const late = answers.find(({ status }) => status === 412)
    expect(late?.json).toMatchObject({ code: 'version-conflict' })
  })
})

describe('tracking', () => {
  it('answers a wrong PIN, an unknown code and the eleventh try alike', async () => {
    const documentId = await stack.cleanPaper(anh)
    const { json } = await stack.submit(anh, await stack.draft(anh, documentId))
    const { code, trackingPin } = json.dossier
    const track = async (c: string, pin: string) => {
      const answer = await stack.call('GET', `/v1/track/${c}?pin=${pin}`)
      const { instance, ...rest } = answer.json
      return { status: answer.status, rest: answer.status === 200 ? 'the dossier' : rest }
    }
    const unknown = await track('000.00.12.H40-200101-9999', '00000000')
    expect(unknown.status).toBe(404)
    for (let n = 0; n < 12; n += 1) expect(await track(code, trackingPin)).toMatchObject({ status: 200 })
    const wrong = await Promise.all(Array.from({ length: 30 }, () => track(code, '00000000')))
    for (const answer of wrong) expect(answer).toEqual(unknown)
    expect(await track(code, trackingPin)).toEqual(unknown)
    const now = stack.runner.clock.now()
    await stack.runner.clock.travel(now + 3_600_000)
    expect(await track(code, trackingPin)).toMatchObject({ status: 200 })
  })
})

describe('tampering after submission', () => {
  it('shows in the public verification: answers and files', async () => {
    const documentId = await stack.cleanPaper(anh)
    const { json } = await stack.submit(anh, await stack.draft(anh, documentId))
    const patched = await stack.call('PATCH', `/v1/dossiers/${json.dossier.id}`, {
      token: anh,
      body: { answers: { copies: 9 } },
    })
    expect(patched.json.code).toBe('invalid-transition')
    const verify = async () => (await stack.call('GET', `/v1/receipts/${json.receipt.id}`)).json
    expect(await verify()).toMatchObject({ unchanged: true, differences: [] })
    await stack.tamper.answers(json.dossier.id, { ...birthAnswers, copies: 9 })
    expect(await verify()).toMatchObject({
      signatureValid: true,
      unchanged: false,
      differences: [{ what: 'answers' }],
    })
    await stack.tamper.answers(json.dossier.id, birthAnswers)
    await stack.tamper.dropFile(documentId, sha256(paper))
    expect(await verify()).toMatchObject({
      unchanged: false,
      differences: [{ what: 'file', componentId: birth.componentId, problem: 'missing' }],
    })
  })
})
