import { type Contract, errorsOf } from './contract.ts'
import { type ErrorCode, errorKinds, fieldProblems } from './errors.ts'
import type { Answer, Header, JsonSchema, MediaType, Reference } from './openapi-document.ts'
import { schemaRef } from './openapi-schema.ts'

/** Headers of answers, written once and referred to. */
export const answerHeaders: Readonly<Record<string, Header>> = {
  'X-Request-Id': {
    description: 'Mã yêu cầu. Quote it when you ask for help.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Phiên bản của nội dung, in quotes: what `If-Match` takes.',
    schema: { type: 'string', pattern: '^"\\d+"$', examples: ['"3"'] },
  },
  'Idempotent-Replayed': {
    description: '`true` when this is the recorded answer of an earlier request with the same key.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Retry-After': {
    description: 'Số giây nên chờ. Seconds after which the same request may be sent again.',
    schema: { type: 'string', pattern: '^\\d+$', examples: ['2'] },
  },
  'Cache-Control': {
    description: 'Thời gian được lưu tạm. How long the answer may be kept.',
    schema: { type: 'string' },
  },
  'Content-Language': {
    description: 'Ngôn ngữ của thông báo. The language the texts are in.',
    schema: { type: 'string', enum: ['vi', 'en'] },
  },
  'WWW-Authenticate': {
    description: 'How to authenticate.',
    schema: { type: 'string', enum: ['Bearer'] },
  },
}

const headerRefs = (...names: readonly string[]): Record<string, Reference> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const withoutBody = 204

/** The one success answer of a contract. */
export const successAnswer = (contract: Contract, schema: JsonSchema, example: unknown): Answer => {
  const { status, contentType, description } = contract.response
  const media: MediaType = contentType ? { schema: { type: 'string' } } : { schema, example }
  return {
    description: description ?? `${contract.summary.vi} · ${contract.summary.en}`,
    headers: headerRefs(
      'X-Request-Id',
      ...(contract.versioned && contract.response.status !== withoutBody ? ['ETag'] : []),
      ...(contract.idempotent ? ['Idempotent-Replayed'] : []),
      ...(contract.cacheSeconds ? ['Cache-Control'] : []),
    ),
    ...(status === withoutBody ? {} : { content: { [contentType ?? 'application/json']: media } }),
  }
}

const maySayWhen = new Set<ErrorCode>(['idempotency-in-progress', 'too-many-requests', 'unavailable'])

/** What an error looks like in Vietnamese; places for values are shown as an ellipsis. */
const problemExample = (code: ErrorCode) => ({
  type: `https://motcua.vn/problems/${code}`,
  title: errorKinds[code].title.vi,
  status: errorKinds[code].status,
  detail: errorKinds[code].detail.vi.replaceAll(/\{\w+\}/g, '…'),
  code,
  instance: 'urn:motcua:request:Jf2k1gVxyQ0EJbA=',
})

const problemAnswer = (codes: readonly ErrorCode[]): Answer => {
  const status = errorKinds[codes[0] ?? 'internal'].status
  const lines = codes.map(
    (code) => `- \`${code}\`: ${errorKinds[code].title.vi} (${errorKinds[code].title.en})`,
  )
  return {
    description: lines.join('\n'),
    headers: headerRefs(
      'X-Request-Id',
      'Content-Language',
      ...(status === errorKinds.unauthenticated.status ? ['WWW-Authenticate'] : []),
      ...(codes.some((code) => maySayWhen.has(code)) ? ['Retry-After'] : []),
    ),
    content: {
      'application/problem+json': {
        schema: { allOf: [schemaRef('Problem'), { properties: { code: { enum: [...codes] } } }] },
        example: problemExample(codes[0] ?? 'internal'),
      },
    },
    'x-codes': codes,
  }
}

/** The problem documents a contract can answer with, by status. */
export const problemAnswers = (contract: Contract): Record<string, Answer> => {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of errorsOf(contract)) {
    const { status } = errorKinds[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return Object.fromEntries([...byStatus].map(([status, codes]) => [String(status), problemAnswer(codes)]))
}

/** What any request can meet without a fault of the caller, and what never reaches a function of ours. */
export const otherwise: Answer = {
  description:
    'A fault of ours (`internal`, 500) or a service behind us that does not answer (`unavailable`, 503, with ' +
    '`Retry-After`) is a problem document. What the gateway in front refuses itself has its own small body, ' +
    '`{"message": "…"}`: 413 above 10 MB, 429 above the throttle, 431 with too many headers, 503 when no function can take the request.',
  headers: headerRefs('X-Request-Id', 'Retry-After'),
  content: {
    'application/problem+json': { schema: schemaRef('Problem'), example: problemExample('unavailable') },
    'application/json': { schema: schemaRef('GatewayMessage'), example: { message: 'Too Many Requests' } },
  },
  'x-codes': ['internal', 'unavailable'],
}

/** Schemas that no contract has because `serve` and the gateway write them. */
export const problemSchemas: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    type: 'object',
    description: 'Văn bản báo lỗi (RFC 9457). Further members may appear, for example `existing`.',
    properties: {
      type: { type: 'string', format: 'uri', description: 'Địa chỉ định danh loại lỗi' },
      title: { type: 'string', description: 'Tên lỗi, theo Accept-Language' },
      status: { type: 'integer', description: 'Mã trạng thái HTTP' },
      detail: { type: 'string', description: 'Điều đã xảy ra và việc cần làm' },
      code: { type: 'string', enum: Object.keys(errorKinds), description: 'Mã lỗi, không đổi theo ngôn ngữ' },
      instance: { type: 'string', description: 'Mã yêu cầu, đọc khi cần hỗ trợ' },
      errors: { type: 'array', items: schemaRef('FieldProblem'), description: 'Từng mục sai' },
    },
    required: ['type', 'title', 'status', 'detail', 'code', 'instance'],
  },
  FieldProblem: {
    type: 'object',
    description: 'Một mục sai.',
    properties: {
      code: { type: 'string', enum: Object.keys(fieldProblems), description: 'Mã của điều sai' },
      message: { type: 'string', description: 'Thông báo cho người dùng' },
      pointer: { type: 'string', description: 'Vị trí trong nội dung gửi, ví dụ `#/answers/hoTen`' },
      parameter: { type: 'string', description: 'Tên tham số trên đường dẫn, truy vấn hoặc tiêu đề' },
    },
    required: ['code', 'message'],
  },
  GatewayMessage: {
    type: 'object',
    description: 'Lời đáp của cổng API khi yêu cầu chưa tới hệ thống (413, 429, 431, 503).',
    properties: { message: { type: 'string' } },
    required: ['message'],
  },
}
