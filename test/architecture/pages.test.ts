import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFiles } from './sources.ts'

const pages = projectFiles().filter((file) => file.endsWith('.md'))
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }

/** The anchor that a reader's browser makes of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/`/g, '')
    .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

const proseOf = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '')
const anchorsOf = (text: string): string[] =>
  [...proseOf(text).matchAll(/^#{1,6} +(.+)$/gm)].map((match) => anchorOf(match[1] ?? ''))

const linksIn = (text: string): string[] =>
  [...proseOf(text).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map((match) => match[1] ?? '')

describe('the pages', () => {
  it('are there', () => {
    expect(pages).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'functions/dossier/README.md']),
    )
  })

  it.each(pages)('%s: every link leads somewhere', (page) => {
    const text = readFileSync(page, 'utf8')
    const dead = linksIn(text).filter((link) => {
      if (/^(?:https?|mailto):/.test(link)) return false
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)))
      if (target.startsWith('..') || !existsSync(target)) return true
      return (
        anchor !== undefined &&
        target.endsWith('.md') &&
        !anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
      )
    })
    expect(dead).toEqual([])
  })

  it.each(pages)('%s: every command there is', (page) => {
    const text = readFileSync(page, 'utf8')
    const named = [...text.matchAll(/\bnpm (?:run |run-script )([\w:-]+)|\bnpm (start|test)\b/g)]
    const unknown = named.map((match) => match[1] ?? match[2] ?? '').filter((name) => !(name in scripts))
    expect(unknown).toEqual([])
  })

  it.each(pages)('%s: every file named in it exists', (page) => {
    const text = proseOf(readFileSync(page, 'utf8'))
    const named = [
      ...text.matchAll(/`((?:functions|shared|infra|test|docs)\/[\w./-]+\.(?:ts|mjs|json|md|pdf))`/g),
    ]
    expect(named.map((match) => match[1] ?? '').filter((file) => !existsSync(file))).toEqual([])
  })
})

describe('the commands', () => {
  it.each(Object.entries(scripts))('%s runs a file there is', (_, command) => {
    const files = [...command.matchAll(/[\w./-]+\.(?:ts|mjs|js)\b/g)].map(([file]) => file)
    expect(files.filter((file) => !existsSync(file))).toEqual([])
  })

  it('of another command are there', () => {
    const called = Object.values(scripts).flatMap((command) =>
      [...command.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? ''),
    )
    expect(called.filter((name) => !(name in scripts))).toEqual([])
  })
})
