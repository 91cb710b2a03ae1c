import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts, entries } from '../../functions/entries.ts'
import { vnpayQuery } from '../kit/fees.ts'
import { runs } from '../kit/runs.ts'
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
      '/v1/webhooks',
      '/v1/webhooks/',
      '/v1/webhooks/nobody?vnp_TxnRef=1',
      '/v1/webhooks/vnpay/',
      '/\xe1\xba\xa1',
    ]
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']
    const requests = targets.map((target) => methods.map((method) => ({ method, target })))
    expect(await attack.judgeAll(requests)).toEqual([])
  })
})

describe('what VNPAY did not say', () => {
  const send = (query: string) => ({ method: 'GET', target: `/v1/webhooks/vnpay?${query}` })
  /** A query as any reader understands it. */
  const meaning = (query: string): string =>
    JSON.stringify([...new URLSearchParams(query)].filter(([name]) => name.startsWith('vnp_')).toSorted())

  it('is answered with 97 or 99 and leaves nothing behind', async () => {
    const genuine = attack.things().paidCall
    const fields = Object.fromEntries(new URLSearchParams(genuine))
    const { vnp_SecureHash: hash = '', ...signed } = fields
    const unsigned = genuine.slice(0, genuine.indexOf('&vnp_SecureHash'))
    const queries = [
      unsigned,
      `${unsigned}&vnp_SecureHash=`,
      `${unsigned}&vnp_SecureHash=${hash.slice(0, 127)}`,
      `${unsigned}&vnp_SecureHash=${hash}00`,
      `${unsigned}&vnp_SecureHash[]=${hash}`,
      `${unsigned}&vnp_SecureHash=${hash}&vnp_SecureHash=${hash}`,
      `${genuine}&vnp_Amount=100`,
      `vnp_Amount=100&${genuine}`,
      `${genuine}&vnp_ResponseCode=00`,
      `${genuine}&vnp_Bill=1`,
      `${genuine}&vnp_=%00`,
      `${genuine}&vnp_X=%ed%a0%80`,
      `${genuine}&__proto__=1&vnp___proto__=1`,
      genuine.replaceAll('vnp_', 'VNP_'),
      genuine.replaceAll('&', ';'),
      vnpayQuery(signed, ''),
      vnpayQuery(signed, 'another-secret'),
      vnpayQuery({ ...signed, vnp_Amount: '100' }, 'another-secret'),
      `vnp_SecureHash=${hash}`,
      Array.from({ length: 400 }, (_, n) => `vnp_${n}=${n}`).join('&'),
    ]
    await stack.runner.drain()
    const before = await holdings(stack.runner)
    expect(await attack.judgeAll(queries.map((query) => [send(query)]))).toEqual([])
    expect(await holdings(stack.runner)).toEqual(before)
  })

  it('begins with one character that differs', async () => {
    const genuine = attack.things().paidCall
    await stack.runner.drain()
    const before = await holdings(stack.runner)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(genuine.length - 1),
        fc.constantFrom(...'0189afAZ_.-+%&='),
        fc.constantFrom(0, 1),
        async (at, character, replaced) => {
          const changed = genuine.slice(0, at) + character + genuine.slice(at + replaced)
          fc.pre(meaning(changed) !== meaning(genuine))
          expect(await attack.judge(send(changed))).toEqual([])
        },
      ),
      { numRuns: runs(100) },
    )
    expect(await holdings(stack.runner)).toEqual(before)
  })
})

describe('what VNPAY did say', () => {
  it('is answered with 99 while the database fails, so that VNPAY calls again, and then is taken', async () => {
    const call = async () => {
      const target = `/v1/webhooks/vnpay?${attack.things().paidCall}`
      const { status, text } = await sendRaw(stack.url, { method: 'GET', target })
      return [status, JSON.parse(text).RspCode]
    }
    stack.runner.faults.add({ target: 'dynamodb', kind: 'fail' })
    const failed = await call()
    stack.runner.faults.clear()
    expect(failed).toEqual([200, '99'])
    // Earlier cases have sent it with all sorts of headers.
    expect(['00', '02']).toContain((await call())[1])
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
