/** The parts of an OpenAPI 3.1 document that this API uses; what is not named here is not written. */

export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  additionalProperties?: boolean | JsonSchema
  propertyNames?: JsonSchema
  enum?: unknown[]
  const?: unknown
  default?: unknown
  examples?: unknown[]
  description?: string
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  [keyword: string]: unknown
}

export interface Reference {
  $ref: string
}

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  schema: JsonSchema
  example?: unknown
}

export interface Header {
  description: string
  required?: boolean
  schema: JsonSchema
}

export interface MediaType {
  schema: JsonSchema
  example?: unknown
}

export interface Answer {
  description: string
  headers?: Record<string, Header | Reference>
  content?: Record<string, MediaType>
  /** The codes of the problems, for readers of the document that do not want to read a schema. */
  'x-codes'?: readonly string[]
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  'x-summary-en': string
  description: string
  parameters: (Parameter | Reference)[]
  requestBody?: { required: boolean; content: Record<string, MediaType> }
  responses: Record<string, Answer | Reference>
  security: Record<string, string[]>[]
  /** Who may call: actors of the token, or `public` for everybody. */
  'x-actors': readonly string[]
  'x-throttle': { rate: number; burst: number }
  /** Bytes of body accepted. */
  'x-body-limit'?: number
  'x-cache-seconds'?: number
}

export interface Tag {
  name: string
  description: string
  /** The name people read, in Vietnamese. */
  'x-displayName': string
}

export interface EventDescription {
  type: string
  description: string
  schema: JsonSchema | Reference
  example?: unknown
}

export interface ProblemDescription {
  code: string
  status: number
  title: { vi: string; en: string }
  detail: { vi: string; en: string }
}

export interface OpenApi {
  openapi: '3.1.1'
  jsonSchemaDialect: string
  info: { title: string; version: string; summary: string; description: string }
  servers: { url: string; description: string }[]
  tags: Tag[]
  paths: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, JsonSchema>
    parameters: Record<string, Parameter>
    headers: Record<string, Header>
    responses: Record<string, Answer>
    securitySchemes: Record<string, Record<string, string>>
  }
  /** Events go out to portals and to queues; `webhooks` is for what a reader of this document must serve. */
  'x-events': EventDescription[]
  /** The closed list of problems. */
  'x-problems': ProblemDescription[]
  /** The closed list of what can be wrong with one field. */
  'x-field-problems': { code: string; message: { vi: string; en: string } }[]
}
