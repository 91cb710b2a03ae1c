import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts, entries } from '../../functions/entries.ts'
import { type Stack, startStack } from '../kit/stack.ts'
import {
  type Attack,
  contractOf,
  harmless,
  prepareAttack,
  targetsWith,
  withBody,
  withHeaders,
} from './attack.ts'
import { hostileBodies, hostileHeaders, hostileQueries, hostileSegments } from './hostile-input.ts'
import { sendRaw } from './raw-request.ts'

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

describe('one hostile thing at a time gives a 4xx problem that says what and where', () => {
  it('in the place of a path parameter', async () => {
    const requests = contracts.map((contract) =>
      hostileSegments.flatMap((segment) => {
        const request = attack.good(contract)
        return targetsWith(contract, request.target, segment).map((target) => ({ ...request, target }))
      }),
    )
    expect(await attack.judgeAll(requests)).toEqual([])
  })

  it('in the query', async () => {
    const requests = harmless.map((contract) =>
      // Where no name is known, only what is wrong with any query is left to try.
      (contract.query ? hostileQueries : hostileQueries.slice(0, 15)).map((query) => {
        const request = attack.good(contract)
        return { ...request, target: `${request.target.split('?')[0]}?${query}` }
      }),
    )
    expect(await attack.judgeAll(requests)).toEqual([])
  })

  it('as a cursor that points outside of the list or is longer than a key can be', async () => {
    const cursorOf = (...parts: string[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const long = 'history#'.padEnd(380, 'ạ')
    const outside = ['getTimeline', 'listNotifications', 'listProcedures'].map((id) => ({
      id,
      cursor: cursorOf('x'),
    }))
    const tooLong = [
      { id: 'getTimeline', cursor: cursorOf(long) },
      { id: 'listNotifications', cursor: cursorOf('inbox#'.padEnd(380, 'ạ')) },
      { id: 'listDossiers', cursor: cursorOf('p', 's', long) },
    ]
    for (const { id, cursor } of [...outside, ...tooLong]) {
      const request = attack.good(contractOf(id))
      const { text } = await sendRaw(stack.url, { ...request, target: `${request.target}?cursor=${cursor}` })
      expect(JSON.parse(text), id).toMatchObject({
        code: 'invalid-request',
        errors: [{ code: 'bad-cursor' }],
      })
    }
  })

  it('in a header', async () => {
    const requests = harmless.map((contract) =>
      hostileHeaders.map((added) => {
        const request = attack.good(contract)
        return { ...request, headers: withHeaders(request.headers, added) }
      }),
    )
    expect(await attack.judgeAll(requests)).toEqual([])
  })

  it('as a body, also where none is asked for', async () => {
    const requests = harmless.map((contract) =>
      hostileBodies.map((body) => ({
        ...attack.good(contract),
        headers: withHeaders(attack.good(contract).headers, [['Content-Type', 'application/json']]),
        body,
      })),
    )
    expect(await attack.judgeAll(requests)).toEqual([])
  })

  it('as a path or method that nobody serves', async () => {
    const targets = [
      '/',
      '/v1',
      '/v1/',
      '//v1/health',
      '/v1/health/',
      '/V1/health',
      '/v1/nothing',
      '*',
      '/v1/%',
      '/%00',
      '/..%2f..%2fetc',
      '/v1/../v1/health',
      'http://elsewhere.example/v1/health',
      '/docs#x',
      `/${'a/'.repeat(2_000)}`,
      `/v1/${'x'.repeat(20_000)}`,
      '/v1/dossiers/',
      '/v1//submit',
      '/\xe1\xba\xa1',
    ]
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']
    const requests = targets.map((target) => methods.map((method) => ({ method, target })))
    expect(await attack.judgeAll(requests)).toEqual([])
  })
})

describe('too much', () => {
  const padded = (bytes: number) => Buffer.from(JSON.stringify({ answers: 'x'.repeat(bytes) }))

  it('one byte over the cap of a contract is its own problem, exactly the cap is not', async () => {
    for (const contract of withBody) {
      const limit = contract.bodyLimit ?? 256 * 1024
      const sent = async (size: number) => {
        const answer = await sendRaw(stack.url, { ...attack.good(contract), body: Buffer.alloc(size, ' ') })
        return JSON.parse(answer.text).code
      }
      expect(await sent(limit + 1), contract.id).toBe('payload-too-large')
      expect(await sent(limit), contract.id).toBe('malformed-request')
    }
  })

  it('6 MB and 12 MB once for each function', async () => {
    for (const { name, trigger } of entries) {
      if (trigger.kind !== 'http') continue
      const contract = trigger.contracts.find(({ body }) => body !== undefined) ?? trigger.contracts[0]
      if (!contract) continue
      for (const megabytes of [6, 12]) {
        const request = {
          ...attack.good(contract),
          headers: withHeaders(attack.good(contract).headers, [['Content-Type', 'application/json']]),
          body: padded(megabytes * 1024 * 1024),
        }
        const { status, text } = await sendRaw(stack.url, request)
        expect([name, megabytes, status, text]).toEqual([
          name,
          megabytes,
          413,
          '{"message":"Request Too Large"}',
        ])
      }
    }
  })
})
