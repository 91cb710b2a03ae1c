import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brokenAt } from '../../../functions/dossier/history.ts'
import { AppError } from '../../../shared/errors.ts'
import { birth, birthAnswers } from '../../kit/answers.ts'
import { type Counted, Fault, faulty } from '../../kit/faulty.ts'
import { runs } from '../../kit/runs.ts'
import { createMemoryStore } from './memory-store.ts'
import { citizen, command, createOffice, morning } from './office.ts'

const anh = citizen(1)

const withDraft = async (store = createMemoryStore(), changes: Parameters<typeof createOffice>[1] = {}) => {
  const office = createOffice(store, changes)
  office.documents.add('certificate', anh.ref)
  const created = await office.does.create(
    anh,
    {
      procedureCode: birth.procedureCode,
      agency: birth.agency,
      answers: birthAnswers,
      components: [{ componentId: birth.componentId, documentId: 'certificate' }],
      channel: 'online',
    },
    command('create'),
    'request-0',
  )
  return { ...office, store, id: created.body.id }
}

const refusal = async (attempt: Promise<unknown>): Promise<AppError> => {
  const error = await attempt.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(AppError)
  return error as AppError
}

const fieldCodes = (error: AppError) => error.details.errors?.map(({ code, pointer }) => `${code} ${pointer}`)

describe('submitting', () => {
  it('numbers by agency and Vietnamese day, seals, and moves everything in one step', async () => {
    const { does, store, id } = await withDraft()
    const { body } = await does.submit(anh, id, command('submit'), undefined, 'request-1')
    expect(body.dossier).toMatchObject({
      code: '000.00.12.H40-261121-0001',
      state: 'submitted',
      nationalStatus: 1,
      version: 2,
      submittedAt: '2026-11-21T09:05:00.000+07:00',
      waitingOn: { actor: 'agency' },
    })
    expect(body.dossier.trackingPin).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)
    expect(body.receipt.manifest.files).toEqual([
      expect.objectContaining({ componentId: birth.componentId, scan: 'clean' }),
    ])
    expect(brokenAt(store.shelves.lines.get(id) ?? [])).toBeUndefined()
    expect(store.shelves.events.map(({ sequence }) => sequence)).toEqual([1, 2])
    expect(await does.receipt(body.receipt.id)).toMatchObject({ signatureValid: true, unchanged: true })
  })

  it('takes the date of Vietnam, not that of Greenwich', async () => {
    const { does, id, travel } = await withDraft()
    // 22 November 00:30 in Vietnam is still 21 November in UTC.
    travel(Date.parse('2026-11-22T00:30:00+07:00') - morning)
    const { body } = await does.submit(anh, id, command('submit'), undefined, 'r')
    expect(body.dossier.code).toBe('000.00.12.H40-261122-0001')
  })

  it('names every missing and wrong item at once and leaves the draft as it was', async () => {
    const { does, store, id } = await withDraft()
    await does.patch(
      anh,
      id,
      {
        answers: { requester: { personalId: '123' }, child: null },
        components: [{ componentId: birth.componentId, documentId: null }],
      },
      undefined,
    )
    const before = structuredClone(store.shelves.heads.get(id))
    const error = await refusal(does.submit(anh, id, command('submit'), undefined, 'r'))
    expect(error.code).toBe('dossier-incomplete')
    expect(fieldCodes(error)).toEqual(
      expect.arrayContaining([
        'bad-format #/answers/requester/personalId',
        'required #/answers/child',
        `component-missing #/components/${birth.componentId}`,
      ]),
    )
    expect(store.shelves.heads.get(id)).toEqual(before)
    expect(store.shelves.counters.size).toBe(0)
  })

  it.each([
    ['missing', 'clean', 'document-missing'],
    ['altered', 'clean', 'document-altered'],
    ['missing', 'awaiting-upload', 'document-not-uploaded'],
    ['missing', 'inspecting', 'document-inspecting'],
    ['missing', 'scan-delayed', 'document-scan-delayed'],
    ['missing', 'rejected', 'document-rejected'],
  ] as const)(
    'names the file when it is %s in the store and %s in the record',
    async (stored, state, code) => {
      const { does, id, documents } = await withDraft()
      const fact = documents.facts.get('certificate')
      if (fact) documents.facts.set('certificate', { ...fact, state })
      documents.stored.set('certificate', stored)
      const error = await refusal(does.submit(anh, id, command('submit'), undefined, 'r'))
      expect(fieldCodes(error)).toEqual([`${code} #/components/${birth.componentId}`])
    },
  )

  it('names the file that was lost between the check and the write, and keeps the number', async () => {
    let refused = ['certificate']
    const store = createMemoryStore(() => refused)
    const { does, id, documents } = await withDraft(store)
    documents.facts.delete('certificate')
    const error = await refusal(does.submit(anh, id, command('submit'), undefined, 'r'))
    expect(fieldCodes(error)).toEqual([`document-unknown #/components/${birth.componentId}`])
    refused = []
    const { body } = await does.submit(anh, id, command('again'), undefined, 'r')
    expect(body.dossier.code).toBe('000.00.12.H40-261121-0001')
  })

  it('refuses an ended version, and keeps every answer when the draft is moved to the next', async () => {
    const { does, id, inForce } = await withDraft()
    inForce.set(birth.procedureCode, 2)
    const error = await refusal(does.submit(anh, id, command('submit'), undefined, 'r'))
    expect(error.code).toBe('procedure-changed')
    expect(error.details.extensions).toEqual({ current: 2 })
    const moved = await does.patch(anh, id, { procedureVersion: 2 }, undefined)
    expect(moved).toMatchObject({ procedureVersion: 2, answers: birthAnswers, setAside: null })
    const { body } = await does.submit(anh, id, command('submit'), undefined, 'r')
    expect(body.receipt.manifest.procedure.version).toBe(2)
  })

  it('answers 412 for a version that is no longer the last, 404 to anybody else', async () => {
    const { does, id } = await withDraft()
    expect((await refusal(does.submit(anh, id, command('s'), 7, 'r'))).code).toBe('version-conflict')
    expect((await refusal(does.submit(citizen(2), id, command('s'), undefined, 'r'))).code).toBe('not-found')
    expect((await refusal(does.submit(anh, 'nothing', command('s'), undefined, 'r'))).code).toBe('not-found')
  })

  it('is the same once, with one key or with many, at once or in turn', async () => {
    const { does, store, id } = await withDraft()
    const same = Array.from({ length: 40 }, () => does.submit(anh, id, command('one'), undefined, 'r'))
    const other = Array.from({ length: 5 }, (_, n) =>
      does.submit(anh, id, command(`other ${n}`), undefined, 'r'),
    )
    const settled = await Promise.allSettled([...same, ...other])
    const bodies = settled.flatMap((s) => (s.status === 'fulfilled' ? [JSON.stringify(s.value.body)] : []))
    expect(new Set(bodies).size).toBe(1)
    expect([40, 1]).toContain(bodies.length)
    for (const s of settled)
      if (s.status === 'rejected') expect((s.reason as AppError).code).toBe('invalid-transition')
    expect(store.shelves.codes.size).toBe(1)
    expect(store.shelves.counters.get('000.00.12.H40#261121')).toBe(1)
    expect(store.shelves.events.filter(({ type }) => type.includes('submitted'))).toHaveLength(1)
  })

  it('refuses the same key with another body and names what it made', async () => {
    const { does, id } = await withDraft()
    await does.submit(anh, id, command('one', 1), undefined, 'r')
    const error = await refusal(does.submit(anh, id, command('one', 2), undefined, 'r'))
    expect(error.code).toBe('idempotency-key-reused')
    expect(error.details.extensions).toEqual({ existing: id })
  })

  it('gives 200 dossiers of one agency 200 consecutive numbers', async () => {
    const { does, store, documents } = await withDraft()
    documents.add('x', anh.ref)
    const ids = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const input = {
          procedureCode: birth.procedureCode,
          agency: birth.agency,
          answers: birthAnswers,
          components: [{ componentId: birth.componentId, documentId: 'x' }],
          channel: 'online' as const,
        }
        return (await does.create(anh, input, command(`create ${n}`), 'r')).body.id
      }),
    )
    await Promise.all(ids.map((id) => does.submit(anh, id, command(`submit ${id}`), undefined, 'r')))
    const numbers = [...store.shelves.codes.keys()].map((code) => Number(code.split('-').at(-1)))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
  })
})

describe('a fault between any two steps of a submission', () => {
  const attempt = async (at: number, when: Counted['when']) => {
    const { deps, store, documents, id } = await withDraft()
    const counted: Counted = { calls: 0, at, when }
    const office = createOffice(store, {
      ...deps,
      store: faulty(deps.store, counted),
      seals: faulty(deps.seals, counted),
      documents: faulty(documents.port, counted),
    })
    const first = await office.does
      .submit(anh, id, command('submit'), undefined, 'r')
      .catch((e: unknown) => e)
    const second = await createOffice(store, deps).does.submit(anh, id, command('submit'), undefined, 'r')
    return { first, second, store, id, calls: counted.calls }
  }

  it.each(['before', 'after'] as const)('is healed by the same request again (%s)', async (when) => {
    let survived = false
    for (let at = 1; !survived; at += 1) {
      expect(at).toBeLessThan(60)
      const { first, second, store, id } = await attempt(at, when)
      survived = !(first instanceof Error)
      if (first instanceof Error) expect(first).toBeInstanceOf(Fault)
      const submitted = store.shelves.events.filter(({ type }) => type.includes('submitted'))
      expect(submitted).toHaveLength(1)
      expect(store.shelves.codes.size).toBe(1)
      expect(store.shelves.receipts.size).toBe(1)
      expect(second.body.dossier.code).toBe([...store.shelves.codes.keys()][0])
      expect(brokenAt(store.shelves.lines.get(id) ?? [])).toBeUndefined()
      // Only a lost answer of the counter may leave a gap.
      expect(store.shelves.counters.get('000.00.12.H40#261121')).toBeLessThanOrEqual(when === 'after' ? 2 : 1)
    }
  })
})

describe('a draft under many hands', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('patch' as const), field: fc.constantFrom('a', 'b'), device: fc.nat(1) }),
    fc.record({ kind: fc.constant('submit' as const), key: fc.constantFrom('k1', 'k2') }),
    fc.record({ kind: fc.constant('die' as const) }),
  )

  it('is submitted at most once, with the answers its receipt says, whatever happens at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
        async (rounds) => {
          const { does, store, id, travel, deps } = await withDraft()
          for (const round of rounds) {
            await Promise.allSettled(
              round.map(async (s) => {
                if (s.kind === 'patch')
                  await does.patch(
                    anh,
                    id,
                    { answers: { requester: { phone: `091234567${s.device}` } } },
                    undefined,
                  )
                else if (s.kind === 'submit') await does.submit(anh, id, command(s.key), undefined, 'r')
                // A process that claimed and died: nobody releases, the lease must end.
                else
                  await store.claim(id, {
                    ownerRef: anh.ref,
                    claim: { token: 'dead', until: '2026-11-21T09:05:05.000+07:00' },
                    now: '2026-11-21T09:05:00.000+07:00',
                    ifMatch: undefined,
                  })
              }),
            )
            travel(1_000)
          }
          const submitted = store.shelves.events.filter(({ type }) => type.includes('submitted'))
          expect(submitted.length).toBeLessThanOrEqual(1)
          expect(store.shelves.codes.size).toBe(submitted.length)
          expect(brokenAt(store.shelves.lines.get(id) ?? [])).toBeUndefined()
          for (const [receiptId] of store.shelves.receipts)
            expect(await createOffice(store, deps).does.receipt(receiptId)).toMatchObject({ unchanged: true })
        },
      ),
      { numRuns: runs(40) },
    )
  })
})
