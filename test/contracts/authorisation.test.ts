import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../functions/entries.ts'
import type { Actor, Contract } from '../../shared/contract.ts'
import { birth } from '../kit/answers.ts'
import { type Answer, type Stack, startStack } from '../kit/stack.ts'
import { announce, type Things, thingsOf, validRequest } from './scene.ts'
import { whose } from './whose-things.ts'

const callers = [
  'nobody',
  'garbage',
  'stranger',
  'officer',
  'operator',
  'portal',
  // Last: what the owner may do changes the things.
  'owner',
] as const
type CallerKind = (typeof callers)[number]

const actorOf: Readonly<Record<CallerKind, Actor | undefined>> = {
  nobody: undefined,
  garbage: undefined,
  stranger: 'citizen',
  officer: 'officer',
  operator: 'operator',
  portal: 'portal',
  owner: 'citizen',
}

/** What the answer must be; derived, so that nobody can write down what the code happens to do. */
const expected = ({ auth, id, response }: Contract, caller: CallerKind): string => {
  if (auth === 'public') return `${response.status}`
  const actor = actorOf[caller]
  if (actor === undefined) return '401 unauthenticated'
  if (!auth.includes(actor)) return '403 forbidden'
  return caller !== 'owner' && whose[id] === 'one thing' ? '404 not-found' : `${response.status}`
}

let stack: Stack
let things: Things
let tokens: Record<CallerKind, string | undefined>

beforeAll(async () => {
  stack = await startStack()
  tokens = {
    nobody: undefined,
    garbage: 'not.a.token',
    stranger: await stack.citizen(2),
    officer: await stack.runner.token({ actor: 'officer' }),
    operator: await stack.runner.token({ actor: 'operator' }),
    portal: await stack.runner.token({ actor: 'portal' }),
    owner: await stack.citizen(1),
  }
  things = await thingsOf(stack, tokens.owner ?? '', stack.runner.drain)
})
afterAll(async () => {
  expect(stack.problems.filter((line) => !line.includes('listening'))).toEqual([])
  await stack.stop()
})

const ask = (contract: Contract, caller: CallerKind, of: Things = things): Promise<Answer> => {
  const { path, body } = validRequest(contract, of)
  return stack.call(contract.method, path, {
    ...(tokens[caller] ? { token: tokens[caller] } : {}),
    ...(contract.idempotent ? { key: stack.newKey() } : {}),
    ...(body === undefined ? {} : { body }),
  })
}

const outcome = ({ status, json }: Answer): string => (status < 400 ? `${status}` : `${status} ${json.code}`)

/** A problem document but for the number of its request. */
const said = ({ json }: Answer): unknown => ({ ...json, instance: '' })

const opaque = (id: string): string => (id === '' ? '' : `7${id.slice(1, -3)}ZZZ`)
/** Ids of the same form, of things that never were. */
const never = (of: Things): Things => ({
  ...of,
  draftId: opaque(of.draftId),
  submittedId: opaque(of.submittedId),
  paperId: opaque(of.paperId),
  awaitingId: opaque(of.awaitingId),
  costlyId: opaque(of.costlyId),
  paymentId: opaque(of.paymentId),
})

/** What no answer to anybody else may name. */
const secretsOf = ({ draftId, submittedId, code, receiptId, costlyId, paymentId }: Things): string[] => [
  draftId,
  submittedId,
  code,
  receiptId,
  costlyId,
  paymentId,
]

describe('who may do what', () => {
  it('every contract has a row', () => {
    expect(Object.keys(whose).toSorted()).toEqual(contracts.map(({ id }) => id).toSorted())
  })

  // A row a contract, so that a failure shows the whole row beside what it should be.
  it.each(contracts.map((contract) => [contract.id, contract] as const))('%s', async (_, contract) => {
    const row: Record<string, string> = {}
    for (const caller of callers) {
      const answer = await ask(contract, caller)
      row[caller] = outcome(answer)
      if (caller !== 'owner' && contract.auth !== 'public')
        for (const secret of secretsOf(things))
          expect(answer.text, `${contract.id} as ${caller}`).not.toContain(secret)
    }
    if (contract.response.status === 200 && contract.id.startsWith('list') && contract.auth !== 'public')
      expect((await ask(contract, 'owner')).text).toContain(things.submittedId)
    // The draft's papers are the owner's: nobody else can put them into a dossier.
    const refusesPapers = contract.id === 'createDossier'
    expect(row).toEqual(
      Object.fromEntries(
        callers.map((caller) => [
          caller,
          refusesPapers && caller === 'stranger' ? '422 invalid-request' : expected(contract, caller),
        ]),
      ),
    )
  })
})

describe('what belongs to somebody else', () => {
  beforeAll(async () => {
    // The first one is deleted by now.
    things = { ...things, awaitingId: await announce(stack, tokens.owner ?? '') }
  })
  const ofOne = contracts.filter(({ id }) => whose[id] === 'one thing')

  it.each(ofOne.map((contract) => [contract.id, contract] as const))(
    '%s answers as for what never was',
    async (_, contract) => {
      const permitted = callers.filter(
        (caller) =>
          caller !== 'owner' &&
          contract.auth !== 'public' &&
          contract.auth.includes(actorOf[caller] ?? 'portal'),
      )
      expect(permitted).toContain('stranger')
      for (const caller of permitted.filter((one) => actorOf[one] !== undefined)) {
        const [theirs, nobodys] = [await ask(contract, caller), await ask(contract, caller, never(things))]
        expect(theirs.status).toBe(404)
        expect(said(theirs)).toEqual(said(nobodys))
        const names = ({ headers }: Answer) => [...headers.keys()].toSorted()
        expect(names(theirs)).toEqual(names(nobodys))
      }
    },
  )

  it('cannot be told from what never was by a wrong version, a repeated key or a wrong body either', async () => {
    const token = tokens.stranger
    const tries = [
      { method: 'PATCH', path: '', body: { answers: {} }, headers: { 'If-Match': '"99"' } },
      {
        method: 'POST',
        path: '/submit',
        body: { declaration: true },
        key: 'same',
        headers: { 'If-Match': '"99"' },
      },
      { method: 'PATCH', path: '', body: { procedureVersion: 99 } },
      { method: 'PATCH', path: '', body: { components: [{ componentId: 'x', documentId: 'x' }] } },
    ]
    for (const { method, path, ...rest } of tries) {
      const at = (id: string) => stack.call(method, `/v1/dossiers/${id}${path}`, { token, ...rest })
      expect(said(await at(things.submittedId))).toEqual(said(await at(opaque(things.submittedId))))
      expect(said(await at(things.draftId))).toEqual(said(await at(opaque(things.draftId))))
    }
  })

  it('is not paid for, nor told apart by what is wrong with the request or by a repeated key', async () => {
    const paid = things.costlyId
    const bodies = [
      { provider: 'nobody', returnUrl: 'https://motcua.ninhbinh.gov.vn/' },
      { provider: 'vnpay', returnUrl: 'https://elsewhere.example/' },
      { provider: 'vnpay', returnUrl: 'https://motcua.ninhbinh.gov.vn/', feeRequestId: 'another' },
    ]
    // Also a dossier of the owner that has no fee, and one that is not submitted.
    for (const id of [paid, things.submittedId, things.draftId])
      for (const body of bodies) {
        const given = { token: tokens.stranger, key: 'same', body }
        const theirs = await stack.call('POST', `/v1/dossiers/${id}/payments`, given)
        const nobodys = await stack.call('POST', `/v1/dossiers/${opaque(id)}/payments`, given)
        expect(theirs.status).toBe(404)
        expect(said(theirs)).toEqual(said(nobodys))
      }
  })

  it('cannot be put into a dossier of one’s own', async () => {
    const token = tokens.stranger
    const components = (documentId: string) => [{ componentId: birth.componentId, documentId }]
    const id = await stack.draft(token ?? '')
    const patch = (documentId: string) =>
      stack.call('PATCH', `/v1/dossiers/${id}`, { token, body: { components: components(documentId) } })
    const create = (documentId: string) =>
      stack.call('POST', '/v1/dossiers', {
        token,
        key: stack.newKey(),
        body: {
          procedureCode: birth.procedureCode,
          agency: birth.agency,
          components: components(documentId),
        },
      })
    for (const attempt of [patch, create]) {
      const theirs = await attempt(things.paperId)
      expect(theirs.json.errors).toEqual([expect.objectContaining({ code: 'document-unknown' })])
      expect(said(theirs)).toEqual(said(await attempt(opaque(things.paperId))))
    }
  })

  it('is on no page of a list, also with the owner’s own cursor', async () => {
    const owner = tokens.owner ?? ''
    const [first, second] = [await stack.draft(owner), await stack.draft(owner)]
    for (const list of ['/v1/dossiers', '/v1/notifications']) {
      const page = await stack.call('GET', `${list}?limit=1`, { token: owner })
      expect(page.json.items, list).toHaveLength(1)
      const { nextCursor } = page.json
      if (list === '/v1/dossiers') expect(nextCursor).not.toBeNull()
      const seen = await stack.call('GET', nextCursor ? `${list}?cursor=${nextCursor}` : list, {
        token: await stack.citizen(3),
      })
      expect([seen.status, seen.json.items]).toEqual([200, []])
    }
    expect([first, second]).not.toContain(undefined)
  })

  it('is not served by a link that ran out or was changed', async () => {
    const { json } = await stack.call('GET', `/v1/documents/${things.paperId}/content`, {
      token: tokens.owner,
    })
    expect((await fetch(json.url)).status).toBe(200)
    const other = new URL(json.url)
    other.pathname = other.pathname.replace(things.paperId, opaque(things.paperId))
    expect((await fetch(other)).status).toBe(403)
    const bare = new URL(json.url)
    bare.search = ''
    expect((await fetch(bare)).status).toBe(403)
  })
})
