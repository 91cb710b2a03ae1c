import { wrongNode } from './preflight.mjs'

// An older Node cannot even load the TypeScript of main.ts, so the version is looked at before.
const problem = wrongNode(process.versions.node)
if (problem === undefined) await import('./main.ts')
else {
  console.error(problem)
  process.exitCode = 1
}
