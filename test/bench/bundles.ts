import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { entries } from '../../functions/entries.ts'
import { bundle } from '../../infra/kit/bundle.ts'
import { environmentOf } from '../../infra/local/environment.ts'
import { sandboxMerchant } from '../../infra/local/payments/sandbox-merchant.ts'
import { median } from './median.ts'

/** What esbuild makes of the same entries when nobody tells it more than that they run on Node. */
const bundleByDefault = async (outdir: string): Promise<void> => {
  await build({
    entryPoints: entries.map(({ name, file }) => ({ in: file, out: `${name}/index` })),
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  })
}

const loader = `
  const began = process.hrtime.bigint()
  require(process.argv[1])
  process.stdout.write(String(Number(process.hrtime.bigint() - began) / 1e6))
  process.exit(0)
`

const loadMilliseconds = (file: string, env: Record<string, string>): number =>
  Number(execFileSync(process.execPath, ['--eval', loader, file], { env, encoding: 'utf8' }))

export interface BundleRow {
  name: string
  kilobytes: number
  sizeRatio: number
  loadRatio: number
}

/** Size and load time of every function, each as a ratio to default bundling of the same imports. */
export const measureBundles = async (pairs: number): Promise<BundleRow[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'motcua-bench-'))
  try {
    const [ours, theirs] = [join(folder, 'ours'), join(folder, 'default')]
    await bundle(entries, ours)
    await bundleByDefault(theirs)
    const places = {
      storageUrl: 'http://127.0.0.1:1',
      smtpUrl: 'smtp://127.0.0.1:1',
      provinceFile: resolve('infra/provinces/37.json'),
      tables: ['motcua-dossier'],
      merchant: sandboxMerchant('http://127.0.0.1:1'),
    }
    return entries.map((entry) => {
      const files = [ours, theirs].map((directory) => join(directory, entry.name, 'index.js'))
      const [file = '', other = ''] = files
      const env = environmentOf(places)(entry)
      const ratios = Array.from(
        { length: pairs },
        () => loadMilliseconds(file, env) / loadMilliseconds(other, env),
      )
      return {
        name: entry.name,
        kilobytes: Math.round(statSync(file).size / 1024),
        sizeRatio: statSync(file).size / statSync(other).size,
        loadRatio: median(ratios),
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
