import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, type TestContext } from 'vitest'
import { clientOf } from './fixture/sandbox-client.ts'
import { portIsFree, type Started, startProcess } from './fixture/start-process.ts'

/**
 * A data folder and the runners started on it, gone with the test. The hook is the test's own: the global one takes
 * whichever of several tests at once it meets, and would kill the runners of another.
 */
const stand = (onTestFinished: TestContext['onTestFinished']) => {
  const directory = mkdtempSync(join(tmpdir(), 'crash-test-'))
  const running: Started[] = []
  onTestFinished(async () => {
    for (const { child, ended } of running) {
      child.kill('SIGKILL')
      await ended
    }
    rmSync(directory, { recursive: true, force: true })
  })
  const start = async () => {
    const started = startProcess('test/infra/local/fixture/runner-process.ts', { LOCAL_DATA_DIR: directory })
    running.push(started)
    const addresses = JSON.parse((await started.says(/ready (.*)/))[1] ?? '') as {
      url: string
      storageUrl: string
      smtpUrl: string
    }
    return { ...started, addresses, client: clientOf(addresses.url) }
  }
  return { directory, start }
}

const until = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  for (let waited = 0; waited < 5_000 && !(await condition()); waited += 20) await sleep(20)
  expect(await condition()).toBe(true)
}

const alive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

it('frees its ports and takes the engine along when it is killed, and starts again on the same folder', async ({
  onTestFinished,
}) => {
  const { directory, start } = stand(onTestFinished)
  const first = await start()
  const engine = Number(readFileSync(join(directory, 'database', 'dynamodb.pid'), 'utf8'))
  expect(alive(engine)).toBe(true)
  await first.client.write('a', 'before the kill')
  first.child.kill('SIGKILL')
  await first.ended
  await until(() => !alive(engine))
  for (const url of Object.values(first.addresses)) expect(await portIsFree(url)).toBe(true)
  const second = await start()
  await second.client.drain()
  expect((await second.client.mails()).map((mail) => mail.text.trim())).toContain('before the kill')
})

it('stops in order on SIGTERM', async ({ onTestFinished }) => {
  const { start } = stand(onTestFinished)
  const first = await start()
  first.child.kill('SIGTERM')
  expect(await first.ended).toEqual({ code: 0, signal: null })
  for (const url of Object.values(first.addresses)) expect(await portIsFree(url)).toBe(true)
})

// The calls behind one note: the write, PutEvents, the mark, DATA, the mail's store.
it.concurrent.for(
  (['die-before', 'die-after'] as const).flatMap((kind) => [1, 2, 3, 4, 5].map((count) => ({ kind, count }))),
)('loses nothing when it is killed: $kind, call $count', async ({ kind, count }, { onTestFinished }) => {
  const { start } = stand(onTestFinished)
  const first = await start()
  const token = await first.client.token()
  // The first request of a citizen also asks for the keyed hash; now only the five calls are left.
  await first.client.write('warm', 'warm up', token)
  await first.client.drain()
  await first.client.json('POST', '/_sandbox/faults', { target: '*', kind, count })
  const written = await first.client.write('a', 'survives', token).then(
    ({ status }) => status === 200,
    () => false,
  )
  // Once everything is drained no call is left to die at.
  const drained = first.client.drain().then(
    () => 'lives' as const,
    () => first.ended,
  )
  const fate = await Promise.race([first.ended, drained])
  // After a mail was stored there is no fifth answer to die behind: DATA and store share one.
  if (fate === 'lives') expect({ kind, count }).toEqual({ kind: 'die-after', count: 5 })
  else expect(fate.signal).toBe('SIGKILL')
  first.child.kill('SIGKILL')
  await first.ended

  const second = await start()
  await second.client.drain()
  const mails = (await second.client.mails()).filter((mail) => mail.text.trim() === 'survives')
  // The first call is the write itself: killed before it, nothing was promised and nothing may come.
  const mustArrive = written || count > 1 || kind === 'die-after'
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(mustArrive ? 1 : 0)
})
