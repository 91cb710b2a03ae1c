import { actors, type Contract, defaultBodyLimit, defaultThrottle } from './contract.ts'
import { type ErrorCode, errorKinds, type FieldProblem, fieldProblems } from './errors.ts'
import { type EventDefinition, envelope } from './events.ts'
import { answerHeaders, otherwise, problemAnswers, problemSchemas, successAnswer } from './openapi-answers.ts'
import type { MediaType, OpenApi, Operation, Parameter, Reference } from './openapi-document.ts'
import { exampleOf, type Samples } from './openapi-example.ts'
import { membersOf, SchemaShelf } from './openapi-schema.ts'

/** What people must be told that no contract says. */
export interface ApiInfo {
  title: string
  version: string
  summary: string
  description: string
  /** Every tag a contract may have, in the order they are shown. */
  tags: Readonly<Record<string, { name: string; description: string }>>
  samples: Samples
}

const headerParameters: Readonly<Record<string, Parameter>> = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    required: true,
    description:
      'Khóa chống gửi trùng, do bên gọi đặt cho mỗi thao tác; gửi lại cùng khóa khi thử lại. ' +
      'A repeat with the same key and body gets the recorded answer; with another body it is refused.',
    schema: { type: 'string', minLength: 1, maxLength: 128, pattern: '^[\\x20-\\x7e]{1,128}$' },
    example: '6f1c2c0e-7c0b-4b0e-9a55-0d6d3c1f8e11',
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description:
      'Phiên bản bạn đã thấy (ETag). When it has changed meanwhile, nothing is done and the answer is 412.',
    schema: { type: 'string', pattern: '^((W/)?"?\\d{1,15}"?|\\*)$' },
    example: '"3"',
  },
  'Accept-Language': {
    name: 'Accept-Language',
    in: 'header',
    description: 'Ngôn ngữ của thông báo: `vi` (mặc định) hoặc `en`. The language of messages.',
    schema: { type: 'string', default: 'vi' },
    example: 'vi',
  },
  Prefer: {
    name: 'Prefer',
    in: 'header',
    description:
      '`preview` hỏi trước điều sẽ xảy ra (RFC 7240). An operation without a preview answers 400 `preview-not-supported`.',
    schema: { type: 'string', examples: ['preview'] },
  },
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** An answer is named for the operation that reads it: `getDossier` answers a `Dossier`. */
const answerName = ({ id }: Contract): string =>
  /^get[A-Z]/.test(id) ? id.slice('get'.length) : `${capitalised(id)}Answer`

const parametersOf = (contract: Contract, samples: Samples): (Parameter | Reference)[] => {
  const places = [
    ['path', contract.params],
    ['query', contract.query],
  ] as const
  const named = places.flatMap(([place, object]) =>
    (object ? membersOf(object) : []).map(({ name, required, schema, description }): Parameter => {
      const isTold = required || place === 'path' || samples[name] !== undefined
      return {
        name,
        in: place,
        required: place === 'path' || required,
        ...(description === undefined ? {} : { description }),
        schema,
        ...(isTold ? { example: exampleOf(schema, {}, samples, name) } : {}),
      }
    }),
  )
  const headers = [
    ...(contract.idempotent ? ['Idempotency-Key'] : []),
    ...(contract.errors.includes('version-conflict') ? ['If-Match'] : []),
    'Accept-Language',
    'Prefer',
  ]
  return [...named, ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` }))]
}

const bodyOf = (contract: Contract, shelf: SchemaShelf, samples: Samples) => {
  if (!contract.body) return {}
  const schema = shelf.put(contract.body, 'input', `${capitalised(contract.id)}Body`)
  const media: MediaType = { schema, example: exampleOf(schema, shelf.schemas, samples) }
  return {
    requestBody: {
      required: true,
      content: {
        'application/json': media,
        ...(contract.method === 'PATCH' ? { 'application/merge-patch+json': media } : {}),
      },
    },
    'x-body-limit': contract.bodyLimit ?? defaultBodyLimit,
  }
}

const whoMayCall = ({ auth }: Contract): string =>
  auth === 'public'
    ? 'Who may call: everybody, without a token.'
    : `Who may call: ${auth.length === actors.length ? 'every signed-in caller' : auth.join(', ')}, with a bearer token.`

const operationOf = (contract: Contract, shelf: SchemaShelf, samples: Samples): Operation => {
  const { auth, cacheSeconds } = contract
  const { status, schema, contentType } = contract.response
  const isJson = status !== 204 && !contentType
  const answer = isJson ? shelf.put(schema, 'output', answerName(contract)) : {}
  const example = exampleOf(answer, shelf.schemas, samples)
  return {
    operationId: contract.id,
    tags: [contract.tag],
    summary: contract.summary.vi,
    'x-summary-en': contract.summary.en,
    description: [`${contract.summary.en}.`, contract.description, whoMayCall(contract)]
      .filter((part) => part !== undefined)
      .join('\n\n'),
    parameters: parametersOf(contract, samples),
    ...bodyOf(contract, shelf, samples),
    responses: {
      [status]: successAnswer(contract, answer, example),
      ...problemAnswers(contract),
      default: { $ref: '#/components/responses/Otherwise' },
    },
    security: auth === 'public' ? [] : [{ bearer: [] }],
    'x-actors': auth === 'public' ? ['public'] : auth,
    'x-throttle': contract.throttle ?? defaultThrottle,
    ...(cacheSeconds === undefined ? {} : { 'x-cache-seconds': cacheSeconds }),
  }
}

const eventsOf = (events: readonly EventDefinition[], shelf: SchemaShelf, samples: Samples) =>
  events
    .toSorted((a, b) => (a.type < b.type ? -1 : 1))
    .map((event) => {
      const [, , context = '', ...rest] = event.type.split('.')
      const name = `Event.${context}.${rest.join('.')}`
      const schema = shelf.put(envelope.extend({ data: event.data }), 'output', name)
      const drawn = exampleOf(schema, shelf.schemas, samples) as Record<string, unknown>
      return {
        type: event.type,
        description: event.description,
        schema,
        example: { ...drawn, type: event.type },
      }
    })

const tagsOf = (contracts: readonly Contract[], info: ApiInfo): OpenApi['tags'] => {
  const used = new Set(contracts.map((contract) => contract.tag))
  for (const tag of used)
    if (!(tag in info.tags))
      throw new Error(`the tag ${tag} has no description; add one to the tags of the API`)
  return Object.entries(info.tags)
    .filter(([tag]) => used.has(tag))
    .map(([tag, { name, description }]) => ({ name: tag, 'x-displayName': name, description }))
}

const entriesOf = <Table extends object>(table: Table) =>
  Object.entries(table) as [keyof Table, Table[keyof Table]][]

/** The OpenAPI 3.1 document of an API: everything in it comes from the contracts, the events and the errors. */
export const openApiOf = (
  contracts: readonly Contract[],
  events: readonly EventDefinition[],
  info: ApiInfo,
): OpenApi => {
  const shelf = new SchemaShelf()
  for (const [name, schema] of Object.entries(problemSchemas)) shelf.write(name, schema)
  // Reading operations first: they name the schemas that the others share.
  const reading = contracts.filter(({ id, response }) => /^get[A-Z]/.test(id) && !response.contentType)
  for (const contract of reading) shelf.put(contract.response.schema, 'output', answerName(contract))
  const paths: OpenApi['paths'] = {}
  for (const contract of contracts) {
    const item = paths[contract.path] ?? {}
    paths[contract.path] = item
    item[contract.method.toLowerCase()] = operationOf(contract, shelf, info.samples)
  }
  const { title, version, summary, description } = info
  return {
    openapi: '3.1.1',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title, version, summary, description },
    servers: [
      { url: '/', description: 'Máy chủ đang phục vụ tài liệu này. The server that serves this document.' },
    ],
    tags: tagsOf(contracts, info),
    paths,
    'x-events': eventsOf(events, shelf, info.samples),
    'x-problems': entriesOf(errorKinds).map(([code, kind]: [ErrorCode, (typeof errorKinds)[ErrorCode]]) => ({
      code,
      ...kind,
    })),
    'x-field-problems': entriesOf(fieldProblems).map(
      ([code, message]: [FieldProblem, (typeof fieldProblems)[FieldProblem]]) => ({ code, message }),
    ),
    components: {
      schemas: shelf.schemas,
      parameters: { ...headerParameters },
      headers: { ...answerHeaders },
      responses: { Otherwise: otherwise },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description:
            'Mã truy cập (JWT) của hệ thống định danh mà tỉnh công nhận; `actor` nói người gọi là ai. ' +
            'A token of an issuer that the province lists, with `iss aud sub exp actor name`.',
        },
      },
    },
  }
}
