import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { clientOf } from './fixture/sandbox-client.ts'
import { portIsFree, type Started, startProcess } from './fixture/start-process.ts'

let directory: string
let running: Started[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'main-test-'))
  running = []
})
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGKILL')
    await ended
  }
  rmSync(directory, { recursive: true, force: true })
})

const start = (env: Record<string, string>): Started => {
  const started = startProcess('infra/local/start.mjs', { LOCAL_DATA_DIR: directory, PORT: '0', ...env })
  running.push(started)
  return started
}

it('runs the whole backend, says where everything is, and stops on Ctrl-C', async () => {
  const started = start({ LOCAL_DATA_DIR: ':memory:' })
  const url = (await started.says(/(http:\/\/127\.0\.0\.1:\d+)\/v1\/health/))[1] ?? ''
  await started.says(/Stop it with Ctrl-C/)
  for (const word of ['Storage', 'Database', 'Mail', 'in memory', '_sandbox/tokens'])
    expect(started.output()).toContain(word)
  const { json, token } = clientOf(url)
  expect((await json('GET', '/v1/health')).body).toMatchObject({ status: 'ok', province: '37' })
  expect((await json('GET', '/v1/procedures')).body.items.length).toBeGreaterThan(0)
  const headers = { authorization: `Bearer ${await token()}` }
  expect((await json('GET', '/v1/dossiers', undefined, headers)).status).toBe(200)
  started.child.kill('SIGINT')
  expect(await started.ended).toEqual({ code: 0, signal: null })
  expect(await portIsFree(url)).toBe(true)
})

it('names a taken port and what to do, and leaves nothing behind', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo
  const started = start({ PORT: String(port) })
  expect(await started.ended).toEqual({ code: 1, signal: null })
  expect(started.output().trim()).toBe(`port ${port} is taken; stop the other program or set PORT`)
  other.close()
  const again = start({ PORT: 'http' })
  expect((await again.ended).code).toBe(1)
  expect(again.output()).toMatch(/^PORT: /m)
})

it('refuses a folder that another runner holds', async () => {
  const first = start({})
  await first.says(/Stop it with Ctrl-C/)
  const second = start({})
  expect((await second.ended).code).toBe(1)
  expect(second.output()).toMatch(/is in use by another runner \(process \d+\).*LOCAL_DATA_DIR/)
})

it('tells an older Node how to get the right one', async () => {
  for (const version of ['20.19.0', '22.18.0', '2.4.0']) {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`
    const started = startProcess(['-e', `${pretend}; import('./infra/local/start.mjs')`], {})
    running.push(started)
    expect((await started.ended).code).toBe(1)
    expect(started.output()).toMatch(/needs Node 24[\s\S]*npm ci.*without --ignore-scripts/)
  }
})
