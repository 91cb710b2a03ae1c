import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { birth } from '../kit/answers.ts'
import { beginPayment, costlyDossier, tellOfPayment } from '../kit/fees.ts'
import { isDeep } from '../kit/runs.ts'
import { type Stack, startStack } from '../kit/stack.ts'
import { fillDossiers } from './fill.ts'
import { measure, type Taken } from './measure.ts'
import { readBudgets } from './rows.ts'

let stack: Stack
let anh: string
beforeAll(async () => {
  stack = await startStack({ measured: true })
  anh = await stack.citizen(1)
  // Caches are warm in the life of a function; the first call of each kind is not what a row is about.
  const paper = await stack.cleanPaper(anh)
  await stack.submit(anh, await stack.draft(anh, paper))
  await tellOfPayment(stack, (await begun()).redirectUrl)
  await stack.runner.drain()
  stack.runner.hold(true)
})
afterAll(() => stack.stop())

const get = (path: string) => () => stack.call('GET', path, { token: anh })

/** One piece of work for each row of the page; what must exist beforehand is made unmeasured. */
const works: Record<string, () => Promise<() => Promise<unknown>>> = {
  'list procedures': async () => get('/v1/procedures'),
  'procedure, warm': async () => get(`/v1/procedures/${birth.procedureCode}`),
  'begin a dossier': async () => () => stack.draft(anh),
  'change a draft': async () => {
    const id = await stack.draft(anh)
    return () => stack.call('PATCH', `/v1/dossiers/${id}`, { token: anh, body: { answers: { copies: 1 } } })
  },
  'attach a file': async () => {
    const [id, paper] = [await stack.draft(anh), await cleanPaper()]
    const components = [{ componentId: birth.componentId, documentId: paper }]
    return () => stack.call('PATCH', `/v1/dossiers/${id}`, { token: anh, body: { components } })
  },
  'submit, one file': async () => {
    const id = await stack.draft(anh, await cleanPaper())
    return () => stack.submit(anh, id)
  },
  'submit again, same key': async () => {
    const id = await stack.draft(anh, await cleanPaper())
    await stack.submit(anh, id, 'again')
    return () => stack.submit(anh, id, 'again')
  },
  'my dossiers, a page of 20': async () => get('/v1/dossiers'),
  'one dossier': async () => get(`/v1/dossiers/${await stack.draft(anh)}`),
  timeline: async () => get(`/v1/dossiers/${await stack.draft(anh)}/timeline`),
  'track by code and PIN': async () => {
    const { dossier } = await submitted()
    return get(`/v1/track/${dossier.code}?pin=${dossier.trackingPin}`)
  },
  'verify a receipt': async () => get(`/v1/receipts/${(await submitted()).receipt.id}`),
  'open an upload': async () => () =>
    stack.call('POST', '/v1/documents', {
      token: anh,
      key: stack.newKey(),
      body: {
        fileName: 'a.pdf',
        contentType: 'application/pdf',
        size: 10,
        sha256: 'a'.repeat(64),
        purpose: 'component',
      },
    }),
  'one document': async () => get(`/v1/documents/${await cleanPaper()}`),
  'inspect an upload': async () => {
    await stack.upload(anh)
    return settle
  },
  'announce a submission': async () => {
    await submitted()
    return settle
  },
  inbox: async () => get('/v1/notifications'),
  'begin a payment': async () => {
    const id = await costlyDossier(stack, anh)
    return () => beginPayment(stack, anh, id)
  },
  'begin a payment in place of another': async () => {
    const { dossierId } = await begun()
    return () => beginPayment(stack, anh, dossierId)
  },
  'one payment': async () => get(`/v1/payments/${(await begun()).id}`),
  'money of a dossier': async () => {
    const { dossierId, redirectUrl } = await begun()
    await tellOfPayment(stack, redirectUrl)
    return get(`/v1/dossiers/${dossierId}/money`)
  },
  'VNPAY reports success': async () => {
    const { redirectUrl } = await begun()
    return () => tellOfPayment(stack, redirectUrl)
  },
  'VNPAY reports it again': async () => {
    const { redirectUrl } = await begun()
    await tellOfPayment(stack, redirectUrl)
    return () => tellOfPayment(stack, redirectUrl)
  },
  'a call that VNPAY did not sign': async () => {
    const { redirectUrl } = await begun()
    return async () => {
      const { json } = await tellOfPayment(stack, redirectUrl, { vnp_SecureHash: 'a'.repeat(128) })
      expect(json.RspCode).toBe('97')
    }
  },
  'announce a payment': async () => {
    const { redirectUrl } = await begun()
    await settle()
    await tellOfPayment(stack, redirectUrl)
    return settle
  },
}

const settle = async (): Promise<void> => {
  stack.runner.hold(false)
  await stack.runner.drain()
  stack.runner.hold(true)
}

const cleanPaper = async (): Promise<string> => {
  const id = await stack.upload(anh)
  await settle()
  return id
}

const submitted = async () => (await stack.submit(anh, await stack.draft(anh, await cleanPaper()))).json

const begun = async () => (await beginPayment(stack, anh, await costlyDossier(stack, anh))).json

const budgets = readBudgets()

/** Every figure that is over its budget; a name says which. */
const over = (taken: Taken, budget: Taken): string[] =>
  (Object.keys(budget) as (keyof Taken)[])
    .filter((figure) => taken[figure] > budget[figure])
    .map((figure) => `${figure}: ${taken[figure]} > ${budget[figure]}`)

describe('the access patterns', () => {
  it('are all written down and all exercised', () => {
    expect([...budgets.keys()].sort()).toEqual(Object.keys(works).sort())
  })

  it.each(Object.keys(works))('%s stays within its budget', async (name) => {
    await settle()
    const work = await works[name]?.()
    if (!work) throw new Error('no work')
    const taken = await measure(stack, work)
    // What costs nothing must be meant to: other work of no calls has measured nothing.
    expect(taken.calls > 0).toBe(budgets.get(name)?.calls !== 0)
    expect(over(taken, budgets.get(name) as Taken)).toEqual([])
  })
})

describe('the cost', () => {
  /** Dossiers of many others, and of the same citizen, put straight into the table. */
  const fill = async (count: number): Promise<void> => {
    await fillDossiers(stack, count, anh)
  }
  const few = 10
  const many = isDeep ? 100_000 : 1_000

  it(`is the same with ${few} and with ${many} dossiers in the table`, async () => {
    const names = ['submit, one file', 'my dossiers, a page of 20', 'one dossier', 'track by code and PIN']
    const cost = async () => {
      const all: Record<string, Taken> = {}
      for (const name of names) {
        await settle()
        all[name] = await measure(stack, (await works[name]?.()) ?? settle)
      }
      return all
    }
    // A full first page, so that both measure the same page.
    await fill(few * 30)
    const before = await cost()
    await fill(many)
    expect(await cost()).toEqual(before)
  }, 1_800_000)
})
