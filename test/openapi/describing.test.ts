import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type Contract, defineContract } from '../../shared/contract.ts'
import { defineEvent } from '../../shared/events.ts'
import { type ApiInfo, openApiOf } from '../../shared/openapi.ts'
import type { Operation } from '../../shared/openapi-document.ts'
import { exampleOf } from '../../shared/openapi-example.ts'
import { SchemaShelf } from '../../shared/openapi-schema.ts'

const info: ApiInfo = {
  title: 'T',
  version: '1.0.0',
  summary: 's',
  description: 'd',
  tags: { b: { name: 'B', description: 'b' }, a: { name: 'A', description: 'a' } },
  samples: {},
}

const thing = z.object({ id: z.string(), version: z.int() })

const contractOf = <const C extends Partial<Contract>>(more: C): Contract =>
  defineContract({
    id: 'getThing',
    method: 'GET',
    path: '/v1/things',
    auth: 'public',
    tag: 'a',
    summary: { vi: 'Xem', en: 'See' },
    response: { status: 200, schema: thing },
    errors: [],
    idempotent: false,
    ...more,
  })

const operation = (contract: Contract): Operation => {
  const found = openApiOf([contract], [], info).paths[contract.path]?.[contract.method.toLowerCase()]
  if (!found) throw new Error('the operation is missing')
  return found
}

describe('schemas', () => {
  test('that operations share are written once, under the name of the one that reads', () => {
    const make = contractOf({ id: 'makeThing', method: 'POST', idempotent: true, auth: ['citizen'] })
    const { components, paths } = openApiOf([make, contractOf({})], [], info)
    expect(Object.keys(components.schemas)).toEqual(['Problem', 'FieldProblem', 'GatewayMessage', 'Thing'])
    expect(paths['/v1/things']?.post?.responses['200']).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
    })
  })

  test('of two things never share a name', () => {
    const other = contractOf({ path: '/v1/others', response: { status: 200, schema: z.object({}) } })
    expect(() => openApiOf([contractOf({}), other], [], info)).toThrow('two schemas would be called Thing')
  })

  test('inside themselves refer to where they stand', () => {
    const node: z.ZodType = z.object({ next: z.lazy(() => node).nullable() })
    const shelf = new SchemaShelf()
    shelf.put(node, 'output', 'Node')
    shelf.put(z.object({ root: node }), 'output', 'Holder')
    const text = JSON.stringify(shelf.schemas)
    const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    )
    expect(refs.length).toBeGreaterThan(1)
    for (const name of refs) expect(shelf.schemas).toHaveProperty([name])
    expect(text).not.toContain('$defs')
  })

  test('may have members called like keywords', () => {
    const shelf = new SchemaShelf()
    shelf.put(z.strictObject({ $ref: z.string(), $defs: z.string(), properties: z.int() }), 'input', 'Odd')
    expect(Object.keys(shelf.schemas.Odd?.properties ?? {})).toEqual(['$ref', '$defs', 'properties'])
  })

  test('refuse unknown members in requests and leave room in answers', () => {
    const shelf = new SchemaShelf()
    const strict = z.strictObject({ a: z.int().max(9) })
    shelf.put(strict, 'input', 'In')
    shelf.put(strict, 'output', 'Out')
    expect(shelf.schemas.In).toEqual({
      type: 'object',
      properties: { a: { type: 'integer', maximum: 9 } },
      required: ['a'],
      additionalProperties: false,
    })
    expect(shelf.schemas.Out).not.toHaveProperty('additionalProperties')
  })

  test('of requests show what is sent, not what it becomes', () => {
    const query = z.strictObject({
      limit: z.coerce.number().int().max(5).default(2),
      q: z.string().describe('Từ khóa'),
    })
    const { parameters } = operation(contractOf({ query }))
    expect(parameters.slice(0, 2)).toEqual([
      { name: 'limit', in: 'query', required: false, schema: { type: 'integer', maximum: 5, default: 2 } },
      {
        name: 'q',
        in: 'query',
        required: true,
        description: 'Từ khóa',
        schema: { type: 'string' },
        example: 'văn bản',
      },
    ])
  })
})

describe('an operation', () => {
  test('always needs what its path names, as the specification demands', () => {
    const params = z.strictObject({ id: z.string().default('me') })
    expect(operation(contractOf({ path: '/v1/things/{id}', params })).parameters[0]).toMatchObject({
      in: 'path',
      required: true,
    })
  })

  test('without a description of its tag is refused', () => {
    expect(() => openApiOf([contractOf({ tag: 'c' })], [], info)).toThrow('the tag c has no description')
  })

  test('that answers nothing or a page has no schema for it', () => {
    const gone = contractOf({ method: 'DELETE', response: { status: 204, schema: z.null() } })
    expect(operation(gone).responses['204']).not.toHaveProperty('content')
    const page = contractOf({ response: { status: 200, schema: z.string(), contentType: 'text/html' } })
    expect(operation(page).responses['200']).toMatchObject({
      content: { 'text/html': { schema: { type: 'string' } } },
    })
  })

  test('says who may call, how often and how much', () => {
    const body = z.strictObject({})
    const desk = contractOf({
      method: 'POST',
      auth: ['officer', 'operator'],
      idempotent: true,
      body,
      bodyLimit: 10,
      throttle: { rate: 1, burst: 2 },
    })
    expect(operation(desk)).toMatchObject({
      'x-actors': ['officer', 'operator'],
      'x-body-limit': 10,
      'x-throttle': { rate: 1, burst: 2 },
      security: [{ bearer: [] }],
    })
    expect(operation(desk).description).toContain('Who may call: officer, operator, with a bearer token.')
  })

  test('shows its errors by status', () => {
    const { responses } = operation(
      contractOf({ errors: ['not-found', 'document-in-use', 'invalid-transition'] }),
    )
    expect(
      Object.entries(responses).map(([status, answer]) => [
        status,
        'x-codes' in answer ? answer['x-codes'] : 0,
      ]),
    ).toEqual([
      ['200', 0],
      ['400', ['preview-not-supported']],
      ['404', ['not-found']],
      ['409', ['document-in-use', 'invalid-transition']],
      ['422', ['invalid-request']],
      ['default', 0],
    ])
  })
})

test('events carry the envelope around their data', () => {
  const event = defineEvent({
    type: 'vn.motcua.thing.made.v1',
    description: 'Made.',
    data: z.object({ thingId: z.string() }),
  })
  const { components, 'x-events': events } = openApiOf([], [event], info)
  expect(events).toMatchObject([
    { type: event.type, schema: { $ref: '#/components/schemas/Event.thing.made.v1' } },
  ])
  expect(components.schemas['Event.thing.made.v1']?.properties).toMatchObject({
    sequence: { type: 'integer' },
    data: { properties: { thingId: { type: 'string' } } },
  })
})

describe('an example', () => {
  test('prefers what the schema shows, then a sample that fits, then anything of the type', () => {
    const samples = { code: ['long code', '37'], 'fee.code': ['fee'], gone: [undefined], kept: [undefined] }
    const code = { type: 'string', maxLength: 4 }
    expect(
      exampleOf(
        {
          type: 'object',
          required: ['kept'],
          properties: {
            code,
            fee: { type: 'object', properties: { code } },
            shown: { type: 'string', examples: ['so'] },
            gone: { type: 'string' },
            kept: { type: 'integer', minimum: 7 },
            list: { type: 'array', items: { enum: ['x', 'y'] } },
            none: { type: 'array', items: { not: {} } },
          },
        },
        {},
        samples,
      ),
    ).toEqual({ code: '37', fee: { code: 'fee' }, shown: 'so', kept: 7, list: ['x'], none: [] })
  })

  test('of a schema inside itself comes to an end', () => {
    const node = { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } }
    expect(exampleOf(node, { Node: node }, {})).toEqual({ next: { next: {} } })
  })
})
