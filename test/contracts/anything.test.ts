import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { birth } from '../kit/answers.ts'
import { isDeep, runs } from '../kit/runs.ts'
import { type Stack, startStack } from '../kit/stack.ts'
import {
  type Attack,
  contractOf,
  faultsIn,
  harmless,
  prepareAttack,
  targetsWith,
  withBody,
  withHeaders,
} from './attack.ts'
import { anyBody, hostileHeaders, hostileQueries, hostileSegments, languages } from './hostile-input.ts'
import { nearlyValid } from './nearly-valid.ts'
import { sendRaw } from './raw-request.ts'
import { type Things, validRequest } from './scene.ts'
import { holdings } from './stored-items.ts'

let stack: Stack
let attack: Attack

beforeAll(async () => {
  stack = await startStack()
  attack = await prepareAttack(stack)
})
afterAll(async () => {
  expect(stack.problems.filter((line) => !line.includes('listening'))).toEqual([])
  await stack.stop()
})

/** Fifty times as many tries take longer. */
const patience = isDeep ? 900_000 : 60_000

describe('anything at all', () => {
  it(
    'is answered as the language asks, whatever path, query, headers and body come together',
    async () => {
      const request = fc.record({
        id: fc.constantFrom(...harmless.map(({ id }) => id)),
        segment: fc.option(fc.oneof(fc.constantFrom(...hostileSegments), fc.webSegment()), {
          nil: undefined,
        }),
        query: fc.option(fc.oneof(fc.constantFrom(...hostileQueries), fc.webQueryParameters()), {
          nil: undefined,
        }),
        headers: fc.option(fc.constantFrom(...hostileHeaders), { nil: undefined }),
        isSignedIn: fc.boolean(),
        body: fc.option(anyBody, { nil: undefined }),
        spoken: fc.constantFrom(...languages),
      })
      await fc.assert(
        fc.asyncProperty(request, async ({ id, segment, query, headers, isSignedIn, body, spoken }) => {
          const contract = contractOf(id)
          const valid = attack.good(contract)
          const [path = ''] =
            segment === undefined ? [valid.target] : targetsWith(contract, valid.target, segment)
          const target = path || valid.target
          const base = isSignedIn ? valid.headers : valid.headers.filter(([name]) => name !== 'Authorization')
          const sent = {
            method: valid.method,
            target: query === undefined ? target : `${target.split('?')[0]}?${query}`,
            headers: withHeaders(base, [
              ...(headers ?? []),
              ...(spoken.header === undefined ? [] : [['Accept-Language', spoken.header] as const]),
            ]),
            body: body ?? valid.body,
          }
          expect(await attack.judge(sent, spoken.language)).toEqual([])
        }),
        { numRuns: runs(400) },
      )
    },
    patience,
  )
})

describe('nearly valid', () => {
  // The scene is not there yet while bodies are made; the document's id is put in when one is sent.
  const placeholders = { paperId: 'THE-PAPER' } as Things
  const nearly = fc.constantFrom(...withBody).chain((contract) =>
    fc.record({
      id: fc.constant(contract.id),
      body: nearlyValid(validRequest(contract, placeholders).body),
      spoken: fc.constantFrom(...languages),
    }),
  )

  it(
    'is accepted whole or refused without a trace',
    async () => {
      // What the scene set going must have settled: a letter on its way would look like a trace.
      await stack.runner.drain()
      let before = await holdings(stack.runner)
      let refused = 0
      await fc.assert(
        fc.asyncProperty(nearly, async ({ id, body, spoken }) => {
          const valid = attack.good(contractOf(id))
          const request = {
            ...valid,
            headers: withHeaders(
              valid.headers,
              spoken.header === undefined ? [] : [['Accept-Language', spoken.header]],
            ),
            body: Buffer.from(body.replaceAll(placeholders.paperId, attack.things().paperId)),
          }
          const answer = await sendRaw(stack.url, request)
          expect(faultsIn(request, answer, spoken.language)).toEqual([])
          if (answer.status >= 400) {
            refused += 1
            expect(await holdings(stack.runner)).toEqual(before)
          } else {
            if (id === 'submitDossier') await attack.renewDraft()
            await stack.runner.drain()
            before = await holdings(stack.runner)
          }
        }),
        { numRuns: Math.min(runs(60), 1_500) },
      )
      expect(refused).toBeGreaterThan(20)
    },
    patience,
  )

  it('is refused late without a trace', async () => {
    const token = await stack.citizen(1)
    const { awaitingId, draftId, paperId, submittedId } = attack.things()
    const bare = await stack.draft(token)
    const stale = { 'If-Match': '"99"' }
    const components = [{ componentId: birth.componentId, documentId: 'unknown' }]
    const about = { procedureCode: birth.procedureCode, agency: birth.agency }
    const declaration = { declaration: true }
    const refused = [
      { method: 'POST', path: `/v1/dossiers/${bare}/submit`, body: declaration, code: 'dossier-incomplete' },
      {
        method: 'POST',
        path: `/v1/dossiers/${draftId}/submit`,
        body: declaration,
        headers: stale,
        code: 'version-conflict',
      },
      {
        method: 'POST',
        path: `/v1/dossiers/${submittedId}/submit`,
        body: declaration,
        code: 'invalid-transition',
      },
      {
        method: 'PATCH',
        path: `/v1/dossiers/${draftId}`,
        body: { answers: { copies: 9 }, components },
        code: 'invalid-request',
      },
      {
        method: 'PATCH',
        path: `/v1/dossiers/${draftId}`,
        body: { procedureVersion: 9 },
        code: 'invalid-request',
      },
      {
        method: 'PATCH',
        path: `/v1/dossiers/${draftId}`,
        body: {},
        headers: stale,
        code: 'version-conflict',
      },
      { method: 'POST', path: '/v1/dossiers', body: { ...about, components }, code: 'invalid-request' },
      { method: 'POST', path: `/v1/documents/${awaitingId}/complete`, body: {}, code: 'upload-missing' },
      { method: 'DELETE', path: `/v1/documents/${paperId}`, code: 'document-in-use' },
      { method: 'DELETE', path: `/v1/documents/${awaitingId}`, headers: stale, code: 'version-conflict' },
    ]
    await stack.runner.drain()
    const before = await holdings(stack.runner)
    for (const { method, path, code, ...given } of refused) {
      const answer = await stack.call(method, path, { token, key: stack.newKey(), ...given })
      expect([method, path, answer.json?.code]).toEqual([method, path, code])
      expect(await holdings(stack.runner)).toEqual(before)
    }
  })
})
