import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../functions/entries.ts'
import type { Contract } from '../../shared/contract.ts'
import { hours } from '../../shared/time.ts'
import { birth } from '../kit/answers.ts'
import { type Answer, type Stack, startStack } from '../kit/stack.ts'
import { type Case, type Row, repeatableCommands } from './repeatable-commands.ts'
import { announce, publishNewVersion, wait } from './scene.ts'

let stack: Stack
/** Tokens end while the clock travels, so one is made whenever one is needed. */
const anh = () => stack.citizen(1)
const binh = () => stack.citizen(2)

beforeAll(async () => {
  stack = await startStack()
})
afterAll(async () => {
  expect(stack.problems.filter((line) => !line.includes('listening'))).toEqual([])
  await stack.stop()
})

const rows = repeatableCommands(() => stack)

/** The same members in the opposite order, at every depth. */
const reordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, item]) => [name, reordered(item)]),
  )
}

const withKey = contracts.filter(({ idempotent }) => idempotent)
const cases = withKey.map((contract) => [contract.id, contract] as const)

const rowOf = ({ id }: Contract): Row => {
  const row = rows[id]
  if (!row) throw new Error(`no row for ${id}`)
  return row
}

describe('which contracts take a key', () => {
  it('every POST and PUT but webhooks, and nothing else', () => {
    for (const { id, method, tag, idempotent } of contracts)
      if (tag !== 'webhooks') expect([id, idempotent]).toEqual([id, method === 'POST' || method === 'PUT'])
  })

  it('every one of them has a row', () => {
    expect(Object.keys(rows).toSorted()).toEqual(withKey.map(({ id }) => id).toSorted())
  })
})

describe.each(cases)('%s', (_, contract) => {
  const { prepare, effects } = rowOf(contract)
  const send = async (path: string, body: unknown, key: string | undefined, token?: string) =>
    stack.call(contract.method, path, {
      token: token ?? (await anh()),
      ...(key === undefined ? {} : { key }),
      body,
    })

  it('needs a key of 1 to 128 printable characters', async () => {
    const { path, body } = await prepare(await anh())
    for (const key of [undefined, 'k'.repeat(129), 'é'.normalize('NFC'), 'a\tb'])
      expect((await send(path, body, key)).json).toMatchObject({
        status: 400,
        code: 'idempotency-key-required',
      })
    expect((await send(path, body, ` ~${'k'.repeat(120)}`)).status).toBe(contract.response.status)
  })

  it('answers a repeat as the first, whatever the order of the members, and acts once', async () => {
    const { path, body } = await prepare(await anh())
    const key = stack.newKey()
    const first = await send(path, body, key)
    expect([first.status, first.headers.get('idempotent-replayed')]).toEqual([contract.response.status, null])
    for (const again of [body, reordered(body), `  ${JSON.stringify(body, null, 4)}\n`]) {
      const repeat = await send(path, again, key)
      expect([repeat.status, repeat.headers.get('idempotent-replayed')]).toEqual([first.status, 'true'])
      expect(repeat.text).toBe(first.text)
      expect(repeat.headers.get('etag')).toBe(first.headers.get('etag'))
    }
    expect(await effects(first, await anh())).toBe(1)
  })

  it('50 at once act once and get one answer', async () => {
    const token = await anh()
    const { path, body } = await prepare(token)
    const key = stack.newKey()
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(path, body, key, token)))
    const [one] = answers
    for (const { status, text } of answers) expect(`${status} ${text}`).toBe(`${one?.status} ${one?.text}`)
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(49)
    expect(one?.status).toBe(contract.response.status)
    expect(one && (await effects(one, token))).toBe(1)
  })

  it('20 at once act once, also when some look while others have acted already', async () => {
    const token = await anh()
    const { path, body } = await prepare(token)
    const key = stack.newKey()
    const held = { target: 'dynamodb', operation: 'GetItem', kind: 'delay', delayMs: 60 } as const
    stack.runner.faults.add({ ...held, probability: 0.5, seed: 5 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(path, body, key, token)))
    stack.runner.faults.clear()
    const [one] = answers
    for (const { status, text } of answers) expect(`${status} ${text}`).toBe(`${one?.status} ${one?.text}`)
    expect(one?.status).toBe(contract.response.status)
    expect(one && (await effects(one, token))).toBe(1)
  })

  it('refuses another body under the same key and names what the first one made', async () => {
    const { path, body, other } = await prepare(await anh())
    const key = stack.newKey()
    const first = await send(path, body, key)
    const second = await send(path, other, key)
    expect(second.json).toMatchObject({ status: 422, code: 'idempotency-key-reused' })
    const named = first.json.id ?? first.json.dossier?.id ?? 'preferences'
    expect(second.json.existing).toBe(named)
    expect((await send(path, body, key)).text).toBe(first.text)
  })

  it('another citizen’s equal key is another command', async () => {
    const key = stack.newKey()
    const [mine, hers] = [await prepare(await anh()), await prepare(await binh())]
    const first = await send(mine.path, mine.body, key)
    const second = await send(hers.path, hers.body, key, await binh())
    expect([first.status, second.status]).toEqual([contract.response.status, contract.response.status])
    expect(second.headers.get('idempotent-replayed')).toBeNull()
    if (first.json.id) expect(second.json.id).not.toBe(first.json.id)
  })

  it('a refused attempt is not recorded: the key still works with what is right', async () => {
    const { path, body, refused, mend } = await prepare(await anh())
    const key = stack.newKey()
    const first = await send(path, refused?.body, key)
    expect(first.json.code).toBe(refused?.code)
    const second = await send(path, body, key)
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([
      contract.response.status,
      null,
    ])
    await mend?.()
  })
})

describe('one key', () => {
  it('on two paths is two commands', async () => {
    const token = await anh()
    const key = stack.newKey()
    const [first, second] = [await stack.upload(token), await stack.upload(token)]
    for (const id of [first, second]) {
      const answer = await stack.call('POST', `/v1/documents/${id}/complete`, { token, key, body: {} })
      expect([answer.json.id, answer.headers.get('idempotent-replayed')]).toEqual([id, null])
    }
  })

  it('completes a document after an attempt that came before the file', async () => {
    const token = await anh()
    const id = await announce(stack, token)
    const complete = () =>
      stack.call('POST', `/v1/documents/${id}/complete`, { token, key: 'early', body: {} })
    for (let n = 0; n < 2; n += 1) expect((await complete()).json.code).toBe('upload-missing')
  })
})

describe('later', () => {
  it('a repeat is answered as the first: two days after, and under another version of the procedure', async () => {
    const firsts: { contract: Contract; of: Case; key: string; answer: Answer }[] = []
    for (const contract of withKey) {
      const of = await rowOf(contract).prepare(await anh())
      const key = stack.newKey()
      const { path, body } = of
      const answer = await stack.call(contract.method, path, { token: await anh(), key, body })
      expect(answer.status).toBe(contract.response.status)
      firsts.push({ contract, of, key, answer })
    }
    await stack.runner.drain()
    const repeatAll = async () => {
      for (const { contract, of, key, answer } of firsts) {
        const repeat = await stack.call(contract.method, of.path, { token: await anh(), key, body: of.body })
        expect([contract.id, repeat.text, repeat.headers.get('idempotent-replayed')]).toEqual([
          contract.id,
          answer.text,
          'true',
        ])
      }
    }
    wait(stack, hours(48))
    await stack.runner.drain()
    await repeatAll()
    await publishNewVersion(stack)
    const current = await stack.call('GET', `/v1/procedures/${birth.procedureCode}`)
    expect(current.json.version).toBe(2)
    await repeatAll()
  })
})
