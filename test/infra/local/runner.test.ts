import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Runner, startRunner } from '../../../infra/local/runner.ts'
import { clock, fromIso, useTimeSource } from '../../../shared/time.ts'
import { noteContexts } from './fixture/note-contexts.ts'
import { clientOf } from './fixture/sandbox-client.ts'

const boot = (dataDirectory: string | null) => startRunner({ port: 0, dataDirectory, contexts: noteContexts })

let runner: Runner
let client: ReturnType<typeof clientOf>
beforeAll(async () => {
  runner = await boot(null)
  client = clientOf(runner.url)
})
afterAll(async () => {
  await runner.stop()
  useTimeSource(Date.now)
})
beforeEach(() => client.json('DELETE', '/_sandbox/faults'))

const ids = Array.from({ length: 1_000 }, (_, index) => `n${index}`)
const fresh = (): string => ids.pop() ?? 'none'
const mailsAbout = async (text: string) => (await client.mails()).filter((mail) => mail.text.trim() === text)

describe('the way of an event', () => {
  it('leads from a write to a mail within a moment', async () => {
    await client.write(fresh(), 'warm up')
    await client.drain()
    const text = `nhanh ${fresh()}`
    expect((await client.write(fresh(), text)).status).toBe(200)
    const written = performance.now()
    while ((await mailsAbout(text)).length === 0 && performance.now() - written < 5_000) await sleep(5)
    // 100 ms alone on a machine; the suite shares its two cores.
    expect(performance.now() - written).toBeLessThan(1_500)
    expect(
      (await client.json('GET', '/_sandbox/messages?to=anh@test.example')).body.items.at(-1),
    ).toMatchObject({
      channel: 'email',
      to: 'anh@test.example',
      subject: 'Ghi chú',
    })
    expect((await client.json('GET', '/_sandbox/messages?to=somebody@else.example')).body.items).toEqual([])
  })

  it('is walked to its end by drain, for many at once', async () => {
    const before = (await client.mails()).length
    const token = await client.token()
    await Promise.all(Array.from({ length: 40 }, () => client.write(fresh(), 'many', token)))
    await client.drain()
    expect((await client.mails()).length).toBe(before + 40)
    expect(runner.queues.depth('note-mail')).toMatchObject({ visible: 0, inFlight: 0, delayed: 0 })
  })

  it.each([
    { target: 'events', kind: 'fail', count: 6 },
    { target: 'events', kind: 'drop', count: 5 },
    { target: 'events', kind: 'throttle', count: 6 },
    { target: 'smtp', kind: 'fail', count: 2 },
    { target: 'dynamodb', operation: 'UpdateItem', kind: 'throttle', count: 3 },
  ])('loses nothing and doubles nothing when $target meets $kind', async (fault) => {
    const text = `fault ${fresh()}`
    await client.json('POST', '/_sandbox/faults', fault)
    expect((await client.write(fresh(), text)).status).toBe(200)
    await client.drain()
    const mails = await mailsAbout(text)
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1)
    // A mark that failed publishes once more, and this consumer remembers nothing: it is the only way to two.
    if (fault.target !== 'dynamodb') expect(mails).toHaveLength(1)
  })

  it('can bring an event twice, late or in another order when told to', async () => {
    const text = `twice ${fresh()}`
    await client.json('POST', '/_sandbox/faults', { target: 'queues', kind: 'duplicate', count: 1 })
    await client.write(fresh(), text)
    await client.drain()
    expect(await mailsAbout(text)).toHaveLength(2)

    const late = `late ${fresh()}`
    const delay = { target: 'queues', kind: 'delay', count: 1, delayMs: 3_600_000 }
    expect((await client.json('POST', '/_sandbox/faults', delay)).body.items).toEqual([delay])
    await client.write(fresh(), late)
    await client.drain()
    expect(await mailsAbout(late)).toHaveLength(0)
    runner.clock.travel(runner.clock.now() + 3_600_000)
    await client.drain()
    expect(await mailsAbout(late)).toHaveLength(1)
  })

  it('ends among the dead letters for what nobody can process, with its reason, and can be redriven', async () => {
    await client.write(fresh(), 'poison')
    await client.drain()
    const [letters] = (await client.json('GET', '/_sandbox/dead-letters')).body.items
    expect(letters).toMatchObject({
      queue: 'note-mail-dead-letters',
      messages: [{ reason: 'unreadable-note' }],
    })
    expect((await client.json('POST', '/_sandbox/dead-letters/redrive')).body).toEqual({ redriven: 1 })
    await client.drain()
    expect((await client.json('GET', '/_sandbox/dead-letters')).body.items[0].messages).toHaveLength(1)
  })
})

describe('the sandbox', () => {
  it('gives tokens that the API accepts, signed either way', async () => {
    for (const algorithm of ['ES256', 'RS256']) {
      const { body } = await client.json('POST', '/_sandbox/tokens', {
        actor: 'citizen',
        name: 'Bình',
        algorithm,
      })
      const answer = await client.write(fresh(), 'x', body.accessToken)
      expect(answer.body).toMatchObject({ by: 'Bình' })
    }
    const officer = await runner.token({ actor: 'officer' })
    expect((await client.write(fresh(), 'x', officer)).status).toBe(403)
    expect((await client.write(fresh(), 'x', 'a.b.c')).status).toBe(401)
    expect((await client.json('POST', '/_sandbox/tokens', { actor: 'king' })).status).toBe(422)
  })

  it('travels in time, forwards and back, with everything that looks at the clock', async () => {
    const old = await client.token()
    const travelled = await client.json('PUT', '/_sandbox/clock', { now: '2031-02-03T04:05:06+07:00' })
    expect(travelled.body.now).toMatch(/^2031-02-03T04:05:0/)
    expect((await client.write(fresh(), 'x', old)).status).toBe(401)
    expect((await client.write(fresh())).body.at).toMatch(/^2031-02-03T04:05/)
    await client.json('PUT', '/_sandbox/clock', { now: '1999-12-31T23:00:00+07:00' })
    const text = `past ${fresh()}`
    expect((await client.write(fresh(), text)).body.at).toMatch(/^1999-12-31T23:00/)
    await client.drain()
    expect(await mailsAbout(text)).toHaveLength(1)
    expect((await client.json('PUT', '/_sandbox/clock', { now: '2031-02-03T04:05:06' })).status).toBe(422)
    expect(clock.now()).toBeLessThan(fromIso('2000-01-02T00:00:00+07:00'))
    await client.json('PUT', '/_sandbox/clock', { now: new Date().toISOString() })
  })

  it('runs a schedule once after a jump over many of its times', async () => {
    await client.drain()
    runner.resetCalls()
    const sweeps = () =>
      runner.calls().filter(({ operation, table }) => operation === 'Query' && table?.includes('motcua-note'))
        .length
    runner.clock.travel(runner.clock.now() + 86_400_000)
    await client.drain()
    expect(sweeps()).toBe(1)
  })

  it('answers mistakes with problem documents', async () => {
    for (const [method, path, status, code] of [
      ['GET', '/_sandbox/nothing', 404, 'not-found'],
      ['GET', '/_sandbox', 404, 'not-found'],
      ['DELETE', '/_sandbox/clock', 405, 'method-not-allowed'],
      ['POST', '/_sandbox/faults', 422, 'invalid-request'],
    ] as const) {
      const answer = await client.json(method, path)
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(answer.body.code).toBe(code)
    }
  })

  it('counts the calls behind a request', async () => {
    const token = await client.token()
    await client.write(fresh(), 'x', token)
    await client.drain()
    runner.resetCalls()
    await client.write(fresh(), 'x', token)
    await client.drain()
    expect(runner.calls().map(({ target, operation }) => `${target} ${operation}`)).toEqual([
      'dynamodb TransactWriteItems',
      'events PutEvents',
      'dynamodb UpdateItem',
    ])
  })
})

describe('a runner with a data folder', () => {
  it('remembers everything over a restart and refuses a second runner', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'runner-test-'))
    const first = await boot(directory)
    await expect(boot(directory)).rejects.toThrow(/in use by another runner/)
    const one = clientOf(first.url)
    const token = await one.token()
    await one.write('kept', 'kept note', token)
    await one.drain()
    await one.json('PUT', '/_sandbox/clock', { now: '2027-01-01T00:00:00+07:00' })
    await first.stop()

    const second = await boot(directory)
    const two = clientOf(second.url)
    expect((await two.mails()).map((mail) => mail.text.trim())).toEqual(['kept note'])
    expect((await two.json('GET', '/_sandbox/clock')).body.now).toMatch(/^2027-01-01T00:00/)
    expect((await two.write('kept', 'x', token)).status).toBe(401)
    await two.json('PUT', '/_sandbox/clock', { now: new Date().toISOString() })
    expect((await two.write('kept', 'x', token)).status).toBe(200)
    await second.stop()
    rmSync(directory, { recursive: true })
  })
})
