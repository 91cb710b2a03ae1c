import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build, type Plugin } from 'esbuild'

const root = resolve(import.meta.dirname, '../..')

/** The code of one function, in one file. */
export interface Bundle {
  /** Absolute path of `index.js`. Its source map lies beside it and stays here: only the code is deployed. */
  file: string
  /** Every source file that left something in the bundle, relative to the project. */
  inputs: readonly string[]
}

export type Bundles = ReadonlyMap<string, Bundle>

/**
 * Lambda hands its credentials over in the environment and nowhere else. The SDK's own chain would bring
 * clients for single sign-on, STS, profiles and instance metadata along: more than half of a small function.
 */
const environmentCredentials: Plugin = {
  name: 'environment-credentials',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: 'credentials',
      namespace: 'environment',
    }))
    onLoad({ filter: /^credentials$/, namespace: 'environment' }, () => ({
      contents: `export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env'`,
      resolveDir: root,
    }))
  },
}

/** Of our own manifest a function tells its version; the list of every tool we build with is nobody's business. */
const versionOnly: Plugin = {
  name: 'version-only',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]package\.json$/ }, ({ path }) => {
      if (path !== join(root, 'package.json')) return undefined
      const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string }
      return { contents: JSON.stringify({ version }), loader: 'json' }
    })
  },
}

/**
 * Bundles every entry into `<outdir>/<name>/index.js`. A warning of the bundler stops the build: each kind it
 * has (an empty `import.meta`, a duplicate key, a missing export) is a fault that shows only in production.
 */
export const bundle = async (
  entries: readonly { name: string; file: string }[],
  outdir: string,
  { minify = true }: { minify?: boolean } = {},
): Promise<Bundles> => {
  const { metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: entries.map(({ name, file }) => ({ in: file, out: `${name}/index` })),
    outdir,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // `main` alone would take the CommonJS builds of the SDK, out of which nothing can be shaken.
    mainFields: ['module', 'main'],
    minify,
    sourcemap: minify ? 'external' : false,
    legalComments: 'none',
    metafile: true,
    plugins: [environmentCredentials, versionOnly],
    logLevel: 'silent',
  })
  if (warnings.length > 0)
    throw new Error(
      warnings.map(({ text, location }) => `${location?.file}:${location?.line}: ${text}`).join('\n'),
    )
  const outputs = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [resolve(root, path), output]),
  )
  return new Map(
    entries.map(({ name }) => {
      const file = resolve(root, join(outdir, name, 'index.js'))
      return [name, { file, inputs: Object.keys(outputs.get(file)?.inputs ?? {}) }]
    }),
  )
}
