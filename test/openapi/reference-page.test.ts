import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { curlOf } from '../../functions/ops/reference-curl.ts'
import { fieldsOf } from '../../functions/ops/reference-fields.ts'
import { html } from '../../functions/ops/reference-html.ts'
import { referencePage } from '../../functions/ops/reference-page.ts'
import { describeApi } from '../../infra/openapi.ts'
import type { OpenApi } from '../../shared/openapi-document.ts'

const document = await describeApi()
const page = referencePage(document)

const idsOf = (text: string): string[] => [...text.matchAll(/ id="([^"]*)"/g)].map((match) => match[1] ?? '')

/** Elements that are opened and closed, in order; throws on text that is not well formed. */
const checkNesting = (text: string): void => {
  const open: string[] = []
  const alone = new Set(['meta', 'br', '!doctype'])
  const bare = text.replace(/<style>[\s\S]*?<\/style>/, '')
  for (const [, slash, name = ''] of bare.matchAll(/<(\/?)([!a-z][a-z0-9]*)\b[^<>]*>/g)) {
    if (alone.has(name)) continue
    if (!slash) open.push(name)
    else if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
  }
  if (open.length > 0) throw new Error(`left open: ${open}`)
  // Whatever is no element and no entity must not look like one.
  const rest = bare.replace(/<\/?[!a-z][a-z0-9]*\b[^<>]*>/g, '')
  if (/[<>]/.test(rest)) throw new Error(`a stray sign: ${rest.slice(rest.search(/[<>]/) - 40).slice(0, 80)}`)
}

describe('the page', () => {
  test('is well formed, and every id is unique and every link leads to one', () => {
    checkNesting(page)
    const ids = idsOf(page)
    expect(new Set(ids).size).toBe(ids.length)
    const targets = [...page.matchAll(/href="([^"]*)"/g)].map((match) => match[1] ?? '')
    expect(targets.filter((to) => to !== '/v1/openapi.json' && !ids.includes(to.slice(1)))).toEqual([])
    const labels = [...page.matchAll(/aria-labelledby="([^"]*)"/g)].map((match) => match[1] ?? '')
    expect(labels.filter((label) => !ids.includes(label))).toEqual([])
  })

  test('runs nothing and loads nothing', () => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|form|base|svg)\b/i)
    expect(page).not.toMatch(/<[^>]+\s(on\w+|src|style|srcset)=/i)
    expect(page).not.toMatch(/@import|url\(/i)
  })

  test('allows by its own policy exactly the style it has', () => {
    const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(page).toContain(`default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;`)
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'))
  })

  test('has one main part, one first heading, a menu, and no heading level left out', () => {
    expect(page.match(/<main\b/g)).toHaveLength(1)
    expect(page.match(/<h1\b/g)).toHaveLength(1)
    expect(page).toMatch(/<nav aria-label="Mục lục">/)
    expect(page).toMatch(/<html lang="vi">/)
    const levels = [...page.matchAll(/<h([1-6])\b/g)].map((match) => Number(match[1]))
    expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([])
  })

  test('has every operation, every event and every code', () => {
    const ids = idsOf(page)
    for (const item of Object.values(document.paths))
      for (const { operationId } of Object.values(item)) expect(ids).toContain(operationId)
    for (const { type } of document['x-events']) expect(ids).toContain(type)
    for (const { code } of document['x-problems']) expect(ids).toContain(`loi-${code}`)
    for (const { code } of document['x-field-problems']) expect(page).toContain(`<code>${code}</code>`)
    for (const status of ['413', '429', '431', '503']) expect(page).toContain(`<code>${status}</code>`)
  })
})

const hostile = `</style><script>alert("x")</script>&amp;'" onload="x" <b>`

/** The document with every text for people replaced. */
const poisoned = (value: unknown, key = ''): unknown => {
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key))
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, name)]))
  return ['description', 'summary', 'title', 'vi', 'en', 'example', 'default', 'pattern'].includes(key)
    ? hostile
    : value
}

describe('what the document says cannot become markup', () => {
  test('in any text of the whole document', () => {
    const text = referencePage(poisoned(document) as OpenApi)
    expect(text).not.toMatch(/<script|<b>| onload="/)
    expect(text).toContain('&lt;script&gt;')
    checkNesting(text)
  })

  test('for any text in any place', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { text: made } = html`<p title="${text}">${text}</p>`
        expect(made).not.toMatch(/<(?!p |\/p>)/)
        const back = made.slice('<p title="'.length, made.indexOf('">'))
        const signs: Record<string, string> = {
          '&amp;': '&',
          '&lt;': '<',
          '&gt;': '>',
          '&quot;': '"',
          '&#39;': "'",
        }
        expect(back.replace(/&(amp|lt|gt|quot|#39);/g, (sign) => signs[sign] ?? '')).toBe(text)
      }),
    )
  })
})

describe('the commands', () => {
  const calls = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  )

  test.each(calls)('$method $path reaches a shell as it is meant', ({ path, method, operation }) => {
    const script = `API=https://api.test TOKEN=abc\nuuidgen() { echo key; }\ncurl() { printf '%s\\0' "$@"; }\n${curlOf(method, path, operation, document)}`
    const run = spawnSync('bash', ['-c', script])
    expect(run.stderr.toString()).toBe('')
    const given = run.stdout.toString().split('\0')
    const address = given.find((one) => one.startsWith('https://api.test/'))
    expect(address).not.toMatch(/[{}\s]/)
    expect(given.includes('Authorization: Bearer abc')).toBe(operation.security.length > 0)
    const body = operation.requestBody?.content['application/json']
    if (body) expect(JSON.parse(given[given.indexOf('-d') + 1] ?? '')).toEqual(body.example)
    else expect(given).not.toContain('-d')
  })

  test('quote what a shell would read', () => {
    const example = { text: `it's $HOME \`id\` "x" \\` }
    const operation = {
      ...calls[0]?.operation,
      parameters: [],
      security: [],
    } as unknown as (typeof calls)[0]['operation']
    operation.requestBody = { required: true, content: { 'application/json': { schema: {}, example } } }
    const command = curlOf('post', '/v1/x', operation, document)
    const run = spawnSync('bash', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`])
    const given = run.stdout.toString().split('\0')
    expect(JSON.parse(given[given.indexOf('-d') + 1] ?? '')).toEqual(example)
  })
})

describe('the fields of a schema', () => {
  const schemas = {
    Node: {
      type: 'object',
      properties: { name: { type: 'string' }, next: { $ref: '#/components/schemas/Node' } },
    },
  }

  test('have dotted names, lists marked, null told apart and alternatives together', () => {
    const fields = fieldsOf(
      {
        type: 'object',
        required: ['a'],
        properties: {
          a: {
            type: 'array',
            items: { type: 'object', required: ['b'], properties: { b: { type: ['string', 'null'] } } },
          },
          c: { anyOf: [{ type: 'object', properties: { d: { type: 'integer' } } }, { type: 'null' }] },
          e: { oneOf: [{ properties: { f: { const: 1 } } }, { properties: { g: { const: 2 } } }] },
        },
      },
      {},
    )
    expect(fields.map(({ name, required, nullable }) => [name, required, nullable])).toEqual([
      ['a', true, false],
      ['a[].b', true, true],
      ['c', false, true],
      ['c.d', false, false],
      ['e', false, false],
      ['e.f', false, false],
      ['e.g', false, false],
    ])
  })

  test('of a schema inside itself come to an end', () => {
    const names = fieldsOf({ $ref: '#/components/schemas/Node' }, schemas).map(({ name }) => name)
    expect(names.slice(0, 4)).toEqual(['name', 'next', 'next.name', 'next.next'])
    expect(names.length).toBeLessThan(40)
  })
})
