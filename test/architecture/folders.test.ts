import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { entries } from '../../functions/entries.ts'
import { projectFiles, sourcesIn } from './sources.ts'

const contexts = readdirSync('functions', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const linesOf = (text: string): number => text.trimEnd().split('\n').length

describe('a context', () => {
  /** Why a context lacks a file that the others have. */
  const reasons: Record<string, Record<string, string>> = {
    identity: {
      'contract.ts': 'nobody calls it over HTTP: it says who calls the others',
      'env.ts': 'it is part of the other functions and starts none',
      'use-cases.ts': 'it verifies tokens and keeps nothing',
    },
    ops: {
      'model.ts': 'it carries the events of others and has none of its own things',
      'public.ts': 'no other context needs it',
    },
  }

  it.each(contexts)('%s says what it is for', (context) => {
    const readme = readFileSync(`functions/${context}/README.md`, 'utf8')
    expect(readme).toMatch(/^# /)
    expect(linesOf(readme)).toBeGreaterThan(5)
  })

  it.each(contexts)('%s has the files a reader looks for, or a reason', (context) => {
    const wanted = ['README.md', 'model.ts', 'contract.ts', 'env.ts', 'use-cases.ts', 'public.ts']
    const missing = wanted.filter((file) => !existsSync(`functions/${context}/${file}`))
    expect(missing.toSorted()).toEqual(Object.keys(reasons[context] ?? {}).toSorted())
  })

  it('keeps its tables as data', () => {
    const uses = sourcesIn('functions').filter(({ text }) => text.includes('TableSchema'))
    expect(uses.filter(({ file }) => !file.endsWith('/table.ts')).map(({ file }) => file)).toEqual([])
  })
})

describe('an entry', () => {
  it.each(entries)('$name is a list of what belongs together, and no more', ({ file }) => {
    const text = readFileSync(file, 'utf8')
    expect(linesOf(text)).toBeLessThanOrEqual(45)
    expect(text).toMatch(/^export const handler\b/m)
  })

  it('is every file that has a handler', () => {
    const handlers = sourcesIn('functions').filter(({ text }) => /^export const handler\b/m.test(text))
    expect(handlers.map(({ file }) => file).toSorted()).toEqual(entries.map(({ file }) => file).toSorted())
  })
})

describe('a file', () => {
  /** Longer on purpose. */
  const tables: Record<string, string> = { 'shared/errors.ts': 'every text a caller is told, in one table' }

  it('is short enough to be read at once', () => {
    const long = sourcesIn('functions', 'shared', 'infra')
      .map(({ file, text }) => ({ file, lines: linesOf(text) }))
      .filter(({ file, lines }) => lines > 300 && !(file in tables))
    expect(long).toEqual([])
  })

  it('is named for a thing of the domain', () => {
    const vague = /(?:^|[/-])(?:utils?|helpers?|common|misc|managers?|impl)(?:[-./]|$)/i
    const named = projectFiles().filter((file) => /\.(?:ts|mjs|js)$/.test(file))
    expect(named.length).toBeGreaterThan(200)
    expect(named.filter((file) => vague.test(file))).toEqual([])
    expect(named.filter((file) => !/^(?:[\w.-]+\/)*[a-z\d.-]+$/.test(file))).toEqual([])
  })

  it('refers to nothing outside the project', () => {
    // Written in two halves, so that this file does not refer there either.
    const outside = [['shared', 'design'].join('/')]
    const readable = projectFiles().filter((file) => /\.(?:ts|mjs|cjs|json|md|yml|yaml|sh)$/.test(file))
    const found = readable.filter((file) => {
      const text = readFileSync(file, 'utf8')
      return outside.some((word) => text.includes(word))
    })
    expect(found).toEqual([])
  })
})
