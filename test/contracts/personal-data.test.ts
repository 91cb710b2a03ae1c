import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { contracts, entries } from '../../functions/entries.ts'
import { queueSpecs } from '../../infra/local/consumers.ts'
import { birth, birthAnswers } from '../kit/answers.ts'
import { type Answer, paper, type Stack, startStack } from '../kit/stack.ts'
import { payFee } from './personal-payment.ts'
import {
  everything,
  found,
  keyNames,
  leaks,
  type Place,
  placeOf,
  places,
  put,
  secrets,
} from './personal-places.ts'
import { uploadOf } from './scene.ts'
import { storedItems, storedObjects } from './stored-items.ts'

const answers = {
  ...birthAnswers,
  requester: {
    ...birthAnswers.requester,
    fullName: secrets.name,
    personalId: secrets.personalId,
    phone: secrets.phone,
    email: secrets.email,
    address: secrets.address,
  },
  child: { ...birthAnswers.child, givenName: secrets.child },
}
/** What is printed past the log. */
const printed: string[] = []
const take = (...parts: unknown[]): true => {
  printed.push(parts.map(String).join(' '))
  return true
}
// Before the stack starts: a module may take hold of the console when it is loaded.
const spies = [
  vi.spyOn(process.stdout, 'write').mockImplementation(take),
  vi.spyOn(process.stderr, 'write').mockImplementation(take),
  ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(take),
  ),
]

const fromBase64 = (text: string): string => Buffer.from(text, 'base64url').toString()

let stack: Stack
let token: string
let submitted: Answer

const asked = async (
  method: string,
  path: string,
  given: Parameters<Stack['call']>[2] = {},
): Promise<Answer> => {
  put('the address of a request', path)
  const answer = await stack.call(method, path, given)
  const isPublic = given.token === undefined
  if (answer.status >= 400) put('a problem document', answer.text)
  else put(isPublic ? 'a public answer' : 'a view of the owner', answer.text)
  return answer
}

const refusedRequests = async (dossierId: string, documentId: string): Promise<void> => {
  const draft = `/v1/dossiers/${dossierId}`
  const values = [
    ...Object.values(secrets).flatMap((secret) => [
      { answers: secret },
      { procedureCode: secret, agency: secret, channel: secret, caseCode: secret },
      { language: secret, email: { enabled: secret } },
      { ...uploadOf(paper), fileName: 7, contentType: secret, purpose: secret, sha256: secret },
      { declaration: secret, consents: [secret, 7] },
      { components: [{ componentId: 'x', documentId: secret }] },
    ]),
    `{"requester": "${secrets.name}`,
    `${secrets.personalId}${secrets.email}`,
  ]
  // An unknown member is named in the answer, or nobody could mend it. The name is the caller's own word.
  const names = Object.values(secrets).map((secret) => ({ [secret]: secret, answers: { [secret]: 1 } }))
  for (const { method, path } of contracts.filter((contract) => contract.body !== undefined)) {
    const at = path.replace('{id}', path.includes('documents') ? documentId : dossierId)
    for (const body of [...values, ...names]) {
      const key = method === 'PATCH' ? {} : { key: stack.newKey() }
      const { status, text } = await stack.call(method, at, { token, ...key, body })
      if (status >= 400 && !names.includes(body as (typeof names)[number])) put('a problem document', text)
    }
  }
  for (const secret of Object.values(secrets)) {
    const bad = encodeURIComponent(secret)
    const headers = { 'If-Match': bad, 'Idempotency-Key': `${bad}`.padEnd(200, 'x'), Prefer: bad }
    const tries = [
      stack.call('PATCH', draft, { token, body: {}, headers }),
      stack.call('POST', '/v1/dossiers', { token, body: {}, headers }),
      stack.call('GET', '/v1/dossiers', { token: `${token}${bad}` }),
      stack.call('GET', `/v1/dossiers?cursor=${bad}`, { token }),
      stack.call('GET', `/v1/dossiers?limit=${bad}`, { token }),
      stack.call('GET', `/v1/dossiers/${bad}`, { token }),
      stack.call('GET', `/v1/track/${bad}?pin=${bad}`),
      stack.call('GET', `/v1/receipts/${bad}`),
      stack.call('GET', `/v1/procedures/${bad}`),
      stack.call('GET', `/${bad}`),
    ]
    for (const { status, text } of await Promise.all(tries)) {
      expect(status).toBeGreaterThanOrEqual(400)
      put('a problem document', text)
    }
  }
}

/** Things go wrong behind the API too; what is said of that goes to the log. */
const failBehind = async (dossierId: string): Promise<void> => {
  for (const target of ['dynamodb', 'kms', 's3'] as const) {
    stack.runner.faults.add({ target, kind: 'fail', count: 12 })
    const body = { declaration: true }
    const { status } = await asked('POST', `/v1/dossiers/${dossierId}/submit`, {
      token,
      key: stack.newKey(),
      body,
    })
    expect(status).toBe(503)
    stack.runner.faults.clear()
  }
}

const collectStored = async (): Promise<number> => {
  const items = await storedItems(stack.runner)
  for (const { table, item } of items) {
    put(placeOf(table, item as { pk: string; sk: string }), JSON.stringify(item))
    put('a key of an item or an index', JSON.stringify(keyNames.map((name) => item[name] ?? null)))
  }
  return items.length
}

const collectQueues = (): number => {
  const specs = queueSpecs(entries)
  const names = specs.flatMap(({ name, deadLetter }) => [name, ...(deadLetter ? [deadLetter] : [])])
  const messages = [...new Set(names)].flatMap((name) => stack.runner.queues.peek(name, 1_000))
  for (const message of messages) put('a message in a queue or a dead-letter queue', JSON.stringify(message))
  return messages.length
}

beforeAll(async () => {
  stack = await startStack()
  token = await stack.runner.token({ actor: 'citizen', personalId: secrets.personalId, name: secrets.name })
})
afterAll(async () => {
  for (const spy of spies) spy.mockRestore()
  await stack.stop()
})

describe('personal data', () => {
  it('stands in the places where it belongs and in no other', async () => {
    const opened = await asked('POST', '/v1/documents', {
      token,
      key: stack.newKey(),
      body: uploadOf(paper, secrets.fileName),
    })
    const { url, fields } = opened.json.upload
    put('an upload form', JSON.stringify({ url, fields, policy: fromBase64(fields.Policy) }))
    // Uploaded and not completed, so that there is an object that waits in quarantine.
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
    form.append('file', new Blob([new Uint8Array(paper)]), secrets.fileName)
    expect((await fetch(url, { method: 'POST', body: form })).ok).toBe(true)
    const documentId = await stack.upload(token, paper, { fileName: secrets.fileName })
    await stack.runner.drain()
    const link = await asked('GET', `/v1/documents/${documentId}/content`, { token })
    put('a download address', link.json.url)

    const components = [{ componentId: birth.componentId, documentId }]
    const body = { procedureCode: birth.procedureCode, agency: birth.agency, answers, components }
    const created = await asked('POST', '/v1/dossiers', { token, key: stack.newKey(), body })
    expect(created.status, created.text).toBe(201)
    const { id } = created.json
    const rejected = await stack.upload(token, Buffer.from('no pdf at all'), { fileName: secrets.fileName })
    await stack.runner.drain()
    await asked('GET', `/v1/documents/${rejected}`, { token })

    await refusedRequests(await stack.draft(token), documentId)
    await failBehind(id)
    await payFee(stack, token)
    // A queue is looked into while the letter waits for a mail server that refuses.
    stack.runner.faults.add({ target: 'smtp', kind: 'fail', count: 2 })
    submitted = await asked('POST', `/v1/dossiers/${id}/submit`, {
      token,
      key: stack.newKey(),
      body: { declaration: true },
    })
    expect(submitted.status, submitted.text).toBe(200)
    let waiting = 0
    for (let n = 0; n < 40 && waiting === 0; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25))
      waiting = collectQueues()
    }
    expect(waiting).toBeGreaterThan(0)
    stack.runner.faults.clear()
    await stack.runner.drain()

    const { dossier, receipt } = submitted.json
    put('a receipt', JSON.stringify(receipt))
    put('a receipt', fromBase64(receipt.jws.split('.')[1]))
    await asked('GET', `/v1/receipts/${receipt.id}`)
    await asked('GET', `/v1/track/${dossier.code}?pin=${dossier.trackingPin}`)
    await asked('GET', '/v1/keys')
    const inbox = await asked('GET', '/v1/notifications', { token })
    put('an entry of the inbox', inbox.text)
    const timeline = await asked('GET', `/v1/dossiers/${id}/timeline`, { token })
    put('another item', timeline.text)
    const letters = stack.runner.messages()
    // Two submissions and a fee that is paid.
    expect(letters).toHaveLength(3)
    for (const letter of letters) put('a letter', JSON.stringify(letter))

    expect(await collectStored()).toBeGreaterThan(10)
    collectQueues()
    const objects = await storedObjects(stack.runner)
    for (const name of objects) put('the name of an object', name)
    expect(objects.length).toBeGreaterThan(1)
    for (const line of [...printed, ...stack.logLines]) put('a log line', line)
    for (const line of stack.problems) put('a log line', line)

    const counted = new Map<string, number>()
    for (const { place } of found) counted.set(place, (counted.get(place) ?? 0) + 1)
    expect([...counted.keys()].toSorted()).toEqual(Object.keys(places).toSorted())
    expect(stack.logLines.length).toBeGreaterThan(100)
    expect(leaks()).toEqual([])
  })

  it('is really there where it may be, so that the search finds what it looks for', () => {
    const texts = (place: Place) =>
      found
        .filter((one) => one.place === place)
        .map(({ text }) => text)
        .join('\n')
    for (const secret of everything) expect(texts('a view of the owner'), secret).toContain(secrets[secret])
    for (const secret of ['name', 'phone', 'child', 'fileName'] as const)
      expect(texts('the content of a dossier')).toContain(secrets[secret])
    expect(texts('a letter')).toContain(secrets.email)
    expect(texts('the head of a document')).toContain(secrets.fileName)
  })
})
