import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../functions/entries.ts'
import { type Actor, type Contract, errorsOf } from '../../shared/contract.ts'
import type { ErrorCode } from '../../shared/errors.ts'
import { beginPayment, costlyDossier, tellOfPayment } from '../kit/fees.ts'
import { type Answer, type Stack, startStack } from '../kit/stack.ts'
import { announce, publishNewVersion, type Things, thingsOf, validRequest } from './scene.ts'
import { changeItem } from './stored-items.ts'

let stack: Stack
let owner: string
let things: Things
const tokens = new Map<Actor, string>()

beforeAll(async () => {
  stack = await startStack()
  owner = await stack.citizen(1)
  things = await thingsOf(stack, owner, stack.runner.drain)
  for (const actor of ['citizen', 'officer', 'operator', 'portal'] as const)
    tokens.set(actor, actor === 'citizen' ? owner : await stack.runner.token({ actor }))
})
afterAll(async () => {
  expect(stack.problems.filter((line) => !line.includes('listening'))).toEqual([])
  await stack.stop()
})

interface Changes {
  path?: string
  query?: string
  body?: unknown
  key?: string
  token?: string | undefined
  headers?: Record<string, string>
}

/** The owner's valid request with something changed; `key: ''` and `token: ''` leave those out. */
const ask = (contract: Contract, changes: Changes = {}): Promise<Answer> => {
  const valid = validRequest(contract, things)
  const path = changes.path ?? valid.path
  const token = changes.token ?? (contract.auth === 'public' ? '' : owner)
  const key = changes.key ?? (contract.idempotent ? stack.newKey() : '')
  const body = 'body' in changes ? changes.body : valid.body
  return stack.call(contract.method, changes.query ? `${path.split('?')[0]}?${changes.query}` : path, {
    ...(token ? { token } : {}),
    ...(key ? { key } : {}),
    ...(body === undefined ? {} : { body }),
    ...(changes.headers ? { headers: changes.headers } : {}),
  })
}

type Way = (contract: Contract) => Promise<Answer>

const outsider = ({ auth }: Contract): string => {
  for (const [actor, token] of tokens) if (auth !== 'public' && !auth.includes(actor)) return token
  throw new Error('every actor may call it')
}

/** The same id in another alphabet: nothing was ever called so. */
const elsewhere = (path: string): string =>
  path.replace(/\/(documents|dossiers|payments|receipts|track|procedures)\/[^/?]+/, '/$1/0')

/** Ways to errors that follow from the shape of a contract. */
const general: Readonly<Partial<Record<ErrorCode, Way>>> = {
  'malformed-request': (contract) => ask(contract, { body: '{' }),
  'payload-too-large': (contract) => ask(contract, { body: ' '.repeat((contract.bodyLimit ?? 262_144) + 1) }),
  'unsupported-media-type': (contract) => ask(contract, { headers: { 'Content-Type': 'text/plain' } }),
  'preview-not-supported': (contract) => ask(contract, { headers: { Prefer: 'preview' } }),
  'invalid-request': (contract) => ask(contract, { query: 'twice=1&twice=2' }),
  unauthenticated: (contract) => ask(contract, { token: 'no.such.token' }),
  forbidden: (contract) => ask(contract, { token: outsider(contract) }),
  'not-found': (contract) => ask(contract, { path: elsewhere(validRequest(contract, things).path) }),
  'idempotency-key-required': (contract) => ask(contract, { key: 'k'.repeat(129) }),
  'version-conflict': (contract) => ask(contract, { headers: { 'If-Match': '"999"' } }),
}

/** Other bodies that are valid as well. */
const otherBodies: Readonly<Record<string, unknown>> = {
  createDossier: { procedureCode: '1.001193', agency: '000.00.12.H40' },
  submitDossier: { declaration: true },
  completeDocument: '',
  createPayment: { provider: 'vnpay', returnUrl: 'https://motcua.ninhbinh.gov.vn/khac' },
  putNotificationPreferences: { language: 'vi', email: { enabled: true } },
}

const reused: Way = async (contract) => {
  const key = stack.newKey()
  const before = contract.id === 'submitDossier' ? { path: `/v1/dossiers/${await freshDraft()}/submit` } : {}
  await ask(contract, { key, ...before })
  const valid = validRequest(contract, things).body as Record<string, unknown>
  const body = otherBodies[contract.id] ?? { ...valid, fileName: 'other.pdf' }
  return ask(contract, { key, body, ...before })
}

const freshDraft = (): Promise<string> => stack.draft(owner, things.paperId)

const claimHead = (id: string): Promise<void> =>
  changeItem(stack.runner, 'dossier', `dossier#${id}`, 'dossier#head', 'claim', {
    token: 'somebody',
    until: farAway,
  })

/** A payment of a fee of its own. */
const begun = async (): Promise<{ dossierId: string; redirectUrl: string }> =>
  (await beginPayment(stack, owner, await costlyDossier(stack, owner))).json

const farAway = '2999-01-01T00:00:00.000+07:00'

/** Ways that belong to one contract. */
const particular: Readonly<Record<string, Readonly<Partial<Record<ErrorCode, Way>>>>> = {
  patchDossier: {
    'invalid-transition': (contract) => ask(contract, { path: `/v1/dossiers/${things.submittedId}` }),
    'submission-in-progress': async (contract) => {
      const id = await freshDraft()
      await claimHead(id)
      return ask(contract, { path: `/v1/dossiers/${id}` })
    },
  },
  submitDossier: {
    'invalid-transition': (contract) => ask(contract, { path: `/v1/dossiers/${things.submittedId}/submit` }),
    'dossier-incomplete': async (contract) =>
      ask(contract, { path: `/v1/dossiers/${await stack.draft(owner)}/submit` }),
    // Waits out the 20 seconds that a repeat is made to wait.
    'idempotency-in-progress': async (contract) => {
      const id = await freshDraft()
      await claimHead(id)
      return ask(contract, { path: `/v1/dossiers/${id}/submit` })
    },
    'procedure-changed': async (contract) => {
      const id = await freshDraft()
      await publishNewVersion(stack)
      return ask(contract, { path: `/v1/dossiers/${id}/submit` })
    },
  },
  completeDocument: {
    'upload-missing': (contract) => ask(contract, { path: `/v1/documents/${things.awaitingId}/complete` }),
  },
  createPayment: {
    'nothing-to-pay': (contract) => ask(contract, { path: `/v1/dossiers/${things.submittedId}/payments` }),
    'already-paid': async () => {
      const { dossierId, redirectUrl } = await begun()
      await tellOfPayment(stack, redirectUrl)
      return beginPayment(stack, owner, dossierId)
    },
    'payment-pending': async () => {
      const dossierId = await costlyDossier(stack, owner)
      // All have read before the first one writes.
      stack.runner.faults.add({
        target: 'dynamodb',
        operation: 'TransactWriteItems',
        kind: 'delay',
        delayMs: 150,
        count: 4,
      })
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => beginPayment(stack, owner, dossierId)),
      )
      const told = answers.find(({ json }) => json.code === 'payment-pending')
      const won = answers.filter(({ status }) => status === 201).map(({ json }) => json.id)
      expect(won).toContain(told?.json.existing)
      return told as Answer
    },
    'payment-under-review': async () => {
      const { dossierId, redirectUrl } = await begun()
      // VNPAY has the money and suspects fraud.
      await tellOfPayment(stack, redirectUrl, { vnp_ResponseCode: '07', vnp_TransactionStatus: '00' })
      return beginPayment(stack, owner, dossierId)
    },
    'too-many-requests': async () => {
      const { dossierId } = await begun()
      const lock = [`dossier#${dossierId}`, `fee#${dossierId}-submission`] as const
      await changeItem(stack.runner, 'payment', ...lock, 'attempts', 100)
      return beginPayment(stack, owner, dossierId)
    },
  },
  getDocumentContent: {
    'invalid-transition': (contract) => ask(contract, { path: `/v1/documents/${things.awaitingId}/content` }),
  },
  deleteDocument: {
    'document-in-use': (contract) => ask(contract, { path: `/v1/documents/${things.paperId}` }),
  },
}

const wayTo = ({ id }: Contract, code: ErrorCode): Way | undefined =>
  particular[id]?.[code] ?? (code === 'idempotency-key-reused' ? reused : general[code])

/** Declared and yet not produced here, each with its reason. */
const notProduced: Readonly<Record<string, string>> = {}

describe('every declared error is real', () => {
  const pairs = contracts.flatMap((contract) =>
    errorsOf(contract).map((code) => [contract.id, code, contract] as const),
  )
  // The new version of the procedure comes last: everything else is about the first one.
  const late = (code: ErrorCode): boolean => code === 'procedure-changed'
  const slow = (code: ErrorCode): boolean => code === 'idempotency-in-progress'
  const quick = pairs.filter(([, code]) => !late(code) && !slow(code))

  let waiting: Promise<readonly [string, string, Answer]>[] = []
  beforeAll(() => {
    waiting = pairs.flatMap(([id, code, contract]) => {
      const way = slow(code) ? wayTo(contract, code) : undefined
      return way ? [way(contract).then((answer) => [id, code, answer] as const)] : []
    })
  })

  afterAll(async () => {
    await Promise.allSettled(waiting)
  })

  const isLeftOut = (id: string, code: string): boolean => `${id} ${code}` in notProduced

  it.each(quick)('%s: %s', async (id, code, contract) => {
    if (isLeftOut(id, code)) return
    const way = wayTo(contract, code)
    expect(way, `nobody knows how ${id} comes to answer ${code}`).toBeDefined()
    const answer = await way?.(contract)
    expect(answer?.json?.code, answer?.text).toBe(code)
  })

  it('after the longest wait', async () => {
    expect(waiting.length).toBeGreaterThan(0)
    for (const [id, code, answer] of await Promise.all(waiting)) {
      expect([id, answer.json.code]).toEqual([id, code])
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
  })

  it.each(contracts.map((contract) => [contract.id, contract] as const))(
    '%s: success',
    async (id, contract) => {
      if (id === 'deleteDocument') things = { ...things, awaitingId: await announce(stack, owner) }
      if (id === 'submitDossier') things = { ...things, draftId: await freshDraft() }
      const answer = await ask(contract)
      expect(answer.status, answer.text).toBe(contract.response.status)
    },
  )

  it.each(pairs.filter(([, code]) => late(code)))('%s: %s', async (_, code, contract) => {
    expect((await wayTo(contract, code)?.(contract))?.json).toMatchObject({ code, current: 2 })
  })

  it('what is left out is declared, and has a reason', () => {
    const declared = pairs.map(([id, code]) => `${id} ${code}`)
    for (const [pair, reason] of Object.entries(notProduced)) {
      expect(declared).toContain(pair)
      expect(reason).not.toBe('')
    }
  })
})
