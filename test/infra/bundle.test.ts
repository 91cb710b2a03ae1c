import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { entries } from '../../functions/entries.ts'
import { type Bundle, type Bundles, bundle } from '../../infra/kit/bundle.ts'
import { layOut } from '../../infra/kit/code-of-province.ts'
import { provinceFiles, provinces, type Synthesized, synthesize } from './synthesized.ts'
import { variablesOf } from './variables.ts'

const root = resolve(import.meta.dirname, '../..')
const run = promisify(execFile)

/** What belongs to the runner on a developer's machine. In a deployed stack it would be a way in. */
const sandboxWords = ['_sandbox', 'useTimeSource', 'smtp-server', 'dynoxide', 'sqlite']
const foreignInputs = [
  /^(infra|test)\//,
  /^node_modules\/(smtp-server|@dynoxide|aws-cdk-lib|constructs|cdk-nag|vitest|fast-check|esbuild|postal-mime)\//,
]
/** The SDK's search for credentials, which Lambda does not need. */
const credentialSearch =
  /credential-provider-(node|sso|ini|process|http|login|web-identity|imds)\/|token-providers\//

/** What the documentation tells a reader is no way in; all the rest of a bundle is code. */
const documentation = ['docs/openapi.json', 'functions/ops/reference-introduction.ts']
const codeIn = (text: string): string =>
  text
    .split(/^(?=\/\/ [\w@./-]+$)/m)
    .filter((part) => !documentation.some((file) => part.startsWith(`// ${file}\n`)))
    .join('')

describe('the code of the functions', () => {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-bundles-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  let deployed: Bundles
  let readable: Bundles
  let of: Synthesized['of']
  beforeAll(async () => {
    deployed = await bundle(entries, join(folder, 'deployed'))
    // Names survive here, so that they can be looked for; what was left out is the same.
    readable = await bundle(entries, join(folder, 'readable'), { minify: false })
    const [province] = provinces
    if (!province) throw new Error('there is no province')
    of = synthesize(province).of
  })
  const bundled = (all: Bundles, name: string): Bundle => {
    const found = all.get(name)
    if (!found) throw new Error(`${name} is not bundled`)
    return found
  }
  const names = entries.map(({ name }) => name)

  test.each(names)('%s holds nothing of the sandbox', (name) => {
    const code = codeIn(readFileSync(bundled(readable, name).file, 'utf8'))
    expect(sandboxWords.filter((word) => code.includes(word))).toEqual([])
    const { inputs } = bundled(deployed, name)
    expect(inputs.length).toBeGreaterThan(5)
    expect(inputs.filter((input) => foreignInputs.some((pattern) => pattern.test(input)))).toEqual([])
  })

  test('the words looked for are those of the sandbox', () => {
    expect(readFileSync(join(root, 'shared/time.ts'), 'utf8')).toContain('useTimeSource')
  })

  test.each(names)('%s looks for credentials in its environment only', (name) => {
    const { inputs } = bundled(deployed, name)
    expect(inputs.filter((input) => credentialSearch.test(input))).toEqual([])
    if (inputs.some((input) => input.includes('@aws-sdk/client-')))
      expect(inputs.some((input) => input.includes('@aws-sdk/credential-provider-env/'))).toBe(true)
  })

  test.each(names)('%s loads on its own, with the variables of the stack', async (name) => {
    const { file } = bundled(deployed, name)
    const variables = variablesOf(of, name)
    if (variables.PROVINCE_FILE) {
      variables.PROVINCE_FILE = join(dirname(file), 'province.json')
      copyFileSync(provinceFiles[0] ?? '', variables.PROVINCE_FILE)
    }
    const { stdout } = await run(
      process.execPath,
      ['-p', `typeof require(${JSON.stringify(file)}).handler`],
      { cwd: folder, env: { AWS_REGION: 'ap-southeast-1', ...variables } },
    )
    expect(stdout.trim()).toBe('function')
  })

  test('signs with the credentials of the environment', async () => {
    const file = join(folder, 'client', 'index.js')
    await bundle([{ name: 'client', file: 'test/infra/credentials-client.ts' }], folder)
    const { stdout } = await run(process.execPath, [file], {
      cwd: folder,
      env: {
        AWS_REGION: 'x',
        AWS_ACCESS_KEY_ID: 'AKIDENV',
        AWS_SECRET_ACCESS_KEY: 's',
        AWS_SESSION_TOKEN: 't',
      },
    })
    expect(JSON.parse(stdout)).toMatchObject({
      accessKeyId: 'AKIDENV',
      secretAccessKey: 's',
      sessionToken: 't',
    })
  })

  test('is laid out with the province file beside it', () => {
    const [file] = provinceFiles
    if (!file) throw new Error('there is no province')
    const code = layOut(deployed, file, join(folder, 'province'))
    for (const name of names)
      expect(JSON.parse(readFileSync(join(code, name, 'province.json'), 'utf8'))).toMatchObject({
        code: provinces[0]?.code,
      })
  })
})
