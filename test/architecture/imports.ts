import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

/** Checks the import rules, and that the checker saw every file: a checker that sees none finds no fault. */
const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs')
const roots = ['shared', 'functions', 'infra', 'test']

const files = roots.flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${root}/${name}`),
)

const { output } = await cruise(
  roots,
  { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true },
  undefined,
  { tsConfig: extractTSConfig('tsconfig.json') },
)
const { modules, summary } = output as ICruiseResult
const cruised = new Set(modules.map(({ source }) => source))
const unseen = files.filter((file) => !cruised.has(file))

for (const { from, to, rule } of summary.violations)
  console.error(`${rule.severity} ${rule.name}: ${from} → ${to}`)
for (const file of unseen) console.error(`not checked: ${file}`)
console.log(`${files.length - unseen.length} of ${files.length} files checked, ${summary.error} violations`)
process.exitCode = summary.error > 0 || unseen.length > 0 || files.length === 0 ? 1 : 0
