import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { contracts } from '../../functions/entries.ts'
import { describeApi, openApiFile, openApiText } from '../../infra/openapi.ts'
import { errorsOf } from '../../shared/contract.ts'
import { errorKinds, fieldProblems } from '../../shared/errors.ts'
import type { Answer, MediaType, Operation } from '../../shared/openapi-document.ts'

const document = await describeApi()

const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    path,
    method,
    operation,
  })),
)
const operationOf = (id: string): Operation => {
  const found = operations.find(({ operation }) => operation.operationId === id)
  if (!found) throw new Error(`no operation ${id}`)
  return found.operation
}

/** Every object inside a value, with its path. */
const walk = (
  value: unknown,
  visit: (node: Record<string, unknown>, path: string) => void,
  path = '#',
): void => {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) visit(value as Record<string, unknown>, path)
  for (const [key, item] of Object.entries(value)) walk(item, visit, `${path}/${key}`)
}

const at = (ref: string): unknown =>
  ref
    .slice(2)
    .split('/')
    .reduce<unknown>((here, step) => (here as Record<string, unknown> | undefined)?.[step], document)

test('the committed document is the one the code describes; `npm run openapi` writes it', () => {
  expect(readFileSync(openApiFile, 'utf8') === openApiText(document), 'docs/openapi.json is stale').toBe(true)
})

describe('the document is OpenAPI 3.1', () => {
  test('with the members the specification asks for', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/)
    expect(document.info.title).not.toBe('')
    expect(document.info.version).toMatch(/^\d+\.\d+\.\d+/)
    for (const key of Object.keys(document))
      expect(key).toMatch(/^(openapi|jsonSchemaDialect|info|servers|tags|paths|components|x-.+)$/)
    for (const names of Object.values(document.components))
      for (const name of Object.keys(names)) expect(name).toMatch(/^[A-Za-z0-9._-]+$/)
    for (const { method } of operations) expect(method).toMatch(/^(get|post|put|patch|delete)$/)
  })

  test('with references that all lead somewhere', () => {
    const broken: string[] = []
    let count = 0
    walk(document, ({ $ref }, path) => {
      if (typeof $ref !== 'string') return
      count += 1
      if (!$ref.startsWith('#/') || at($ref) === undefined) broken.push(`${path}: ${$ref}`)
    })
    expect(broken).toEqual([])
    expect(count).toBeGreaterThan(50)
  })

  test('with an operation for each contract, under its own name', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(operations.map(({ name, operation }) => `${operation.operationId} ${name}`).toSorted()).toEqual(
      contracts.map(({ id, method, path }) => `${id} ${method} ${path}`).toSorted(),
    )
  })

  test.each(operations)('$name declares exactly the parameters of its path, once', ({ path, operation }) => {
    const named = operation.parameters.map((one) =>
      '$ref' in one ? (at(one.$ref) as typeof one & { name: string; in: string }) : one,
    )
    const inPath = named.filter((one) => one.in === 'path')
    expect(inPath.map((one) => one.name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))
    expect(inPath.every((one) => 'required' in one && one.required)).toBe(true)
    const keys = named.map((one) => `${one.in} ${one.name}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test.each(operations)('$name has tags that are described and answers that are', ({ operation }) => {
    for (const tag of operation.tags) expect(document.tags.map(({ name }) => name)).toContain(tag)
    for (const [status, answer] of Object.entries(operation.responses)) {
      expect(status).toMatch(/^([1-5]\d\d|default)$/)
      if (!('$ref' in answer)) expect(answer.description).not.toBe('')
    }
    for (const requirement of operation.security)
      for (const scheme of Object.keys(requirement))
        expect(document.components.securitySchemes).toHaveProperty(scheme)
  })

  test('with tags in use only', () => {
    const used = new Set(contracts.map(({ tag }) => tag))
    expect(document.tags.map(({ name }) => name).toSorted()).toEqual([...used].toSorted())
  })
})

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
ajv.addSchema({ $id: 'api', components: document.components })

const media: { where: string; media: MediaType }[] = []
walk(document, (node, where) => {
  if ('schema' in node && 'example' in node) media.push({ where, media: node as unknown as MediaType })
})

describe('examples', () => {
  test('exist', () => expect(media.length).toBeGreaterThan(40))

  test('fit the schema they stand beside', () => {
    const wrong = media.flatMap(({ where, media: { schema, example } }) => {
      const based = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/'))
      const validate = ajv.compile(based)
      return validate(example) ? [] : [`${where}: ${ajv.errorsText(validate.errors)}`]
    })
    expect(wrong).toEqual([])
  })

  test('of requests are taken by the contracts themselves', () => {
    const wrong = contracts.flatMap((contract) => {
      const example = operationOf(contract.id).requestBody?.content['application/json']?.example
      const result = contract.body?.safeParse(example)
      return !result || result.success ? [] : [`${contract.id}: ${result.error.message}`]
    })
    expect(wrong).toEqual([])
  })

  test('of answers are taken by the contracts themselves', () => {
    const wrong = contracts.flatMap(({ id, response }) => {
      const answer = operationOf(id).responses[response.status] as Answer
      const example = answer.content?.['application/json']?.example
      const result = example === undefined ? undefined : response.schema.safeParse(example)
      return !result || result.success ? [] : [`${id}: ${result.error.message}`]
    })
    expect(wrong).toEqual([])
  })
})

describe.each(contracts)('$id', (contract) => {
  const operation = operationOf(contract.id)
  const headers = operation.parameters.flatMap((one) => ('$ref' in one ? [one.$ref.split('/').at(-1)] : []))

  test('shows every error it can give, at its status, with its Vietnamese name', () => {
    for (const code of errorsOf(contract)) {
      const answer = operation.responses[errorKinds[code].status] as Answer
      expect(answer['x-codes']).toContain(code)
      expect(answer.description).toContain(errorKinds[code].title.vi)
      expect(Object.keys(answer.content ?? {})).toEqual(['application/problem+json'])
    }
    const shown = Object.values(operation.responses).flatMap((answer) =>
      '$ref' in answer ? [] : (answer['x-codes'] ?? []),
    )
    expect([...shown].toSorted()).toEqual(errorsOf(contract).toSorted())
  })

  test('asks for the key, the token and the version exactly where they are used', () => {
    expect(headers.includes('Idempotency-Key')).toBe(contract.idempotent)
    expect(headers.includes('If-Match')).toBe(contract.errors.includes('version-conflict'))
    expect(operation.security).toEqual(contract.auth === 'public' ? [] : [{ bearer: [] }])
    expect(operation['x-actors']).toEqual(contract.auth === 'public' ? ['public'] : contract.auth)
    const success = operation.responses[contract.response.status] as Answer
    expect('ETag' in (success.headers ?? {})).toBe(contract.versioned !== undefined)
    expect(success.content === undefined).toBe(contract.response.status === 204)
  })

  test('takes a body exactly when it says so, and a merge patch with PATCH', () => {
    const types = Object.keys(operation.requestBody?.content ?? {})
    const merge = contract.method === 'PATCH' ? ['application/merge-patch+json'] : []
    expect(types).toEqual(contract.body ? ['application/json', ...merge] : [])
  })
})

test('events are all there, each with the envelope', () => {
  const types = document['x-events'].map(({ type }) => type)
  expect(new Set(types).size).toBe(types.length)
  expect(types).toContain('vn.motcua.dossier.submitted.v1')
  for (const event of document['x-events']) {
    const schema = at((event.schema as { $ref: string }).$ref) as { required: string[] }
    expect(schema.required).toEqual(expect.arrayContaining(['id', 'type', 'subject', 'sequence', 'data']))
    expect((event.example as { type: string }).type).toBe(event.type)
  }
})

test('the closed lists are whole, and the gateway is owned up to', () => {
  expect(document['x-problems'].map(({ code }) => code)).toEqual(Object.keys(errorKinds))
  expect(document['x-field-problems'].map(({ code }) => code)).toEqual(Object.keys(fieldProblems))
  const { description } = document.components.responses.Otherwise as Answer
  for (const status of ['413', '429', '431', '503', '{"message"']) expect(description).toContain(status)
})
