import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { App, type Stack } from 'aws-cdk-lib'
import { entries } from '../../functions/entries.ts'
import { readProvinceFiles } from '../../infra/kit/province-files.ts'
import { ProvinceFunction } from '../../infra/kit/province-function.ts'
import type { ProvinceStack } from '../../infra/province-stack.ts'
import { raiseProvince } from '../../infra/raise-province.ts'
import type { Province } from '../../shared/province.ts'

const root = resolve(import.meta.dirname, '../..')

const read = readProvinceFiles()
export const provinceFiles: readonly string[] = read.map(({ file }) => file)
export const provinces: readonly Province[] = read.map(({ province }) => province)

/** The flags of `cdk.json`: they decide what CDK makes of the same code. */
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as {
  context: Record<string, unknown>
}

export interface Resource {
  Type: string
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of every shape, and a test looks deep into it
  Properties: any
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
  DependsOn?: string[]
}

export interface Finding {
  rule: string
  at: string
}

export interface Synthesized {
  resources: ReadonlyMap<string, Resource>
  /** The resources of a type, by logical id. */
  of(type: string): [string, Resource][]
  /** Those of the stack of its edge, where it has one. */
  edgeOf(type: string): [string, Resource][]
  functions: readonly ProvinceFunction[]
  /** What the checkers found and nobody explained; empty when nothing was checked. */
  findings: readonly Finding[]
}

/**
 * Synthesizes the stack of a province in this process. The code of the functions is a stand-in: of it a template
 * knows only the hash, and `bundle.test.ts` looks at the real one.
 */
export const synthesize = (
  province: Province,
  check?: (app: App, stack: ProvinceStack) => void,
): Synthesized => {
  const outdir = mkdtempSync(join(tmpdir(), 'motcua-synth-'))
  try {
    const code = join(outdir, 'code')
    for (const { name } of entries) {
      mkdirSync(join(code, name), { recursive: true })
      writeFileSync(join(code, name, 'index.js'), `// ${name}`)
    }
    const app = new App({
      context: { ...context, '@aws-cdk/core:validateAgainstDefaultRules': check !== undefined },
      outdir: join(outdir, 'cdk.out'),
    })
    const { stack, edge } = raiseProvince(app, { province, code })
    check?.(app, stack)
    const findings = synthAndReport(app)
    const resourcesOf = ({ templateFile }: Stack): Record<string, Resource> =>
      JSON.parse(readFileSync(join(app.outdir, templateFile), 'utf8')).Resources
    const Resources = resourcesOf(stack)
    const ofEdge = edge ? resourcesOf(edge) : {}
    return {
      resources: new Map(Object.entries(Resources)),
      edgeOf: (type) => Object.entries(ofEdge).filter(([, resource]) => resource.Type === type),
      of: (type) => Object.entries(Resources).filter(([, resource]) => resource.Type === type),
      functions: stack.node.findAll().filter((one) => one instanceof ProvinceFunction),
      findings,
    }
  } finally {
    rmSync(outdir, { recursive: true, force: true })
  }
}

interface Report {
  pluginReports: {
    violations: { ruleName: string; violatingConstructs: { constructPath?: string }[] }[]
  }[]
}

/** A finding makes the synthesis fail after everything was written; then the report says why. */
const synthAndReport = (app: App): Finding[] => {
  try {
    app.synth()
    return []
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationFailed') throw error
  }
  const report = JSON.parse(readFileSync(join(app.outdir, 'validation-report.json'), 'utf8')) as Report
  return report.pluginReports.flatMap(({ violations }) =>
    violations.flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath = '' }) => ({ rule: ruleName, at: constructPath })),
    ),
  )
}

/**
 * A value of a template as one text: `{Ref: X}` and `{Fn::GetAtt: [X, Arn]}` are `X`, joins are joined, and the
 * hash at the end of a logical id is left out, so that a person can read it.
 */
export const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(textOf).join('')
  if (typeof value !== 'object' || value === null) return String(value)
  const [kind, argument] = Object.entries(value)[0] ?? []
  if (kind === 'Ref') return readable(String(argument))
  if (kind === 'Fn::GetAtt') {
    const [id, attribute] = argument as [string, string]
    return attribute === 'Arn' ? readable(id) : `${readable(id)}.${attribute}`
  }
  if (kind === 'Fn::Join') return textOf((argument as [string, unknown[]])[1])
  if (kind === 'Fn::Sub') return String(argument)
  throw new Error(`a template value of an unknown kind: ${kind}`)
}

const readable = (logicalId: string): string => logicalId.replace(/[0-9A-F]{8}$/, '')
