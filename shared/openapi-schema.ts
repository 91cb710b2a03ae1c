import * as z from 'zod'
import type { JsonSchema } from './openapi-document.ts'

type Direction = 'input' | 'output'

/**
 * The JSON Schema of what goes over the wire. Two things zod writes are left out: the bounds of safe integers,
 * which no reader needs, and `additionalProperties: false` in answers, since a later version may add members
 * and a client that refuses them would break.
 */
const convert = (schema: z.ZodType, direction: Direction): JsonSchema => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io: direction,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (direction === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties
    },
  })
  return json as JsonSchema
}

/** Rewrites every local `$ref`; a member that happens to be called `$ref` holds no text and stays. */
const moveReferences = (value: unknown, move: (ref: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => moveReferences(item, move))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string' ? move(item) : moveReferences(item, move),
    ]),
  )
}

export const schemaRef = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** The schemas of a document, each under one name however often it is used. */
export class SchemaShelf {
  readonly schemas: Record<string, JsonSchema> = {}
  readonly #names: Record<Direction, Map<z.ZodType, string>> = { input: new Map(), output: new Map() }

  /** Puts a schema under its name, or finds the name it has already, and refers to it. */
  put(schema: z.ZodType, direction: Direction, name: string): JsonSchema {
    const known = this.#names[direction].get(schema)
    if (known) return schemaRef(known)
    if (name in this.schemas) throw new Error(`two schemas would be called ${name}`)
    this.#names[direction].set(schema, name)
    const { $defs = {}, ...json } = convert(schema, direction)
    const move = (ref: string): string =>
      ref === '#' ? `#/components/schemas/${name}` : ref.replace('#/$defs/', `#/components/schemas/${name}.`)
    this.schemas[name] = moveReferences(json, move) as JsonSchema
    for (const [part, definition] of Object.entries($defs as Record<string, JsonSchema>))
      this.schemas[`${name}.${part}`] = moveReferences(definition, move) as JsonSchema
    return schemaRef(name)
  }

  /** Puts a schema that was written by hand. */
  write(name: string, schema: JsonSchema): JsonSchema {
    this.schemas[name] = schema
    return schemaRef(name)
  }
}

/** The members of an object, each as a schema of its own: the parameters of a path or of a query. */
export const membersOf = (
  object: z.ZodObject,
): { name: string; required: boolean; schema: JsonSchema; description?: string }[] => {
  const { properties = {}, required = [] } = convert(object, 'input')
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    required: required.includes(name),
    schema,
    ...(description === undefined ? {} : { description }),
  }))
}
