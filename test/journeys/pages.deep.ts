import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../kit/stack.ts'

let stack: Stack
let folder: string
beforeAll(async () => {
  stack = await startStack()
  folder = mkdtempSync(join(tmpdir(), 'motcua-pages-'))
})
afterAll(async () => {
  await stack.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** The commands of a page, one after the other as a reader would type them. */
const commandsOf = (page: string): string =>
  [...readFileSync(page, 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n')

describe('the commands of a page', () => {
  it('for portals lead from the first call to a receipt', async () => {
    const { stdout } = await promisify(execFile)('bash', ['-eu', '-c', commandsOf('docs/for-portals.md')], {
      cwd: folder,
      env: { ...process.env, API: stack.url, FILE: resolve('infra/local/demo/giay-chung-sinh.pdf') },
    })
    expect(stdout.trim().endsWith('true')).toBe(true)
  })

  it('for newcomers are answered', async () => {
    const first = commandsOf('README.md')
      .split('\n')
      .slice(
        commandsOf('README.md')
          .split('\n')
          .findIndex((l) => l.startsWith('curl')),
      )
    const script = first.join('\n').replaceAll('http://127.0.0.1:8787', stack.url)
    const { stdout } = await promisify(execFile)('bash', ['-eu', '-c', script], { cwd: folder })
    expect(stdout).toContain('Đăng ký khai sinh')
    expect(stdout).toContain('"state":"draft"')
  })
})
