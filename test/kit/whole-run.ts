import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** True when every test file runs: what no test produced can be judged only then. */
    wholeRun: boolean
  }
}

/** Makes the directory that test files note answers in, and says whether the whole suite runs. */
export default function setup(project: TestProject): (() => void) | undefined {
  const { config } = project.vitest
  // The names given on the command line; not among the declared members.
  const { filenamePattern } = project.vitest as unknown as { filenamePattern?: string[] }
  const isPart =
    (filenamePattern?.length ?? 0) > 0 ||
    config.testNamePattern !== undefined ||
    config.shard !== undefined ||
    config.project.length > 0
  project.provide('wholeRun', !isPart)
  if (process.env.MOTCUA_ANSWERS !== undefined) return undefined
  const dir = mkdtempSync(join(tmpdir(), 'motcua-answers-'))
  process.env.MOTCUA_ANSWERS = dir
  return () => rmSync(dir, { recursive: true, force: true })
}
