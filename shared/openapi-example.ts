import type { JsonSchema } from './openapi-document.ts'

/**
 * Values that look like life, by the name of the member or by `parent.member`. The first that the schema
 * allows is taken; `undefined` among them says that an optional member is better left out.
 */
export type Samples = Readonly<Record<string, readonly unknown[]>>

const typesOf = (schema: JsonSchema): readonly string[] =>
  schema.type === undefined ? [] : Array.isArray(schema.type) ? schema.type : [schema.type]

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value

const fits = (schema: JsonSchema, value: unknown): boolean => {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return alternatives.some((one) => fits(one, value))
  const types = typesOf(schema)
  const type = typeOf(value)
  const named = types.includes(type) || (type === 'number' && types.includes('integer'))
  if (types.length > 0 && !named) return false
  if ('const' in schema && schema.const !== value) return false
  if (schema.enum && !schema.enum.includes(value)) return false
  if (typeof value === 'number')
    return value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity)
  if (typeof value !== 'string') return true
  if (value.length < (schema.minLength ?? 0) || value.length > (schema.maxLength ?? Infinity)) return false
  if (schema.format === 'uri' && !URL.canParse(value)) return false
  return schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(value)
}

const formats: Readonly<Record<string, string>> = {
  uri: 'https://dichvucong.example.vn/',
  email: 'hanh@example.vn',
  date: '2026-11-21',
  'date-time': '2026-11-21T09:05:00+07:00',
}

/** Makes a value of a schema to show people. It is a picture, so every optional member is in it. */
export const exampleOf = (
  root: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  samples: Samples,
  name = '',
): unknown => {
  const samplesAt = (path: readonly string[]): readonly unknown[] => {
    const [parent = '', member = ''] = path.slice(-2)
    return [...(samples[`${parent}.${member}`] ?? []), ...(samples[member] ?? [])]
  }
  const isLeftOut = (schema: JsonSchema, path: readonly string[], required: boolean): boolean => {
    const given = samplesAt(path)
    return (
      !required && given.includes(undefined) && !given.some((one) => one !== undefined && fits(schema, one))
    )
  }
  const draw = (schema: JsonSchema, path: readonly string[], inside: readonly string[]): unknown => {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.replace('#/components/schemas/', '')
      // A schema inside itself has no finite picture; an empty one stands for what could go on for ever.
      return inside.includes(name) ? {} : draw(schemas[name] ?? {}, path, [...inside, name])
    }
    if (schema.examples && schema.examples.length > 0) return schema.examples[0]
    if ('const' in schema) return schema.const
    const sample = samplesAt(path).find((one) => one !== undefined && fits(schema, one))
    if (sample !== undefined) return sample
    if ('default' in schema) return schema.default
    if (schema.enum) return schema.enum[0]
    if (schema.allOf)
      return Object.assign({}, ...schema.allOf.map((one) => draw(one, path, inside) as object))
    const [first] = schema.anyOf ?? schema.oneOf ?? []
    if (first) return draw(first, path, inside)
    return drawType(schema, path, inside)
  }
  const drawType = (schema: JsonSchema, path: readonly string[], inside: readonly string[]): unknown => {
    const type = typesOf(schema).find((one) => one !== 'null') ?? typesOf(schema)[0]
    switch (type) {
      case 'object':
        return Object.fromEntries(
          Object.entries(schema.properties ?? {}).flatMap(([key, member]) => {
            const below = [...path, key]
            const required = schema.required?.includes(key) ?? false
            return isLeftOut(member, below, required) ? [] : [[key, draw(member, below, inside)]]
          }),
        )
      case 'array':
        return schema.items && !schema.items.not ? [draw(schema.items, path, inside)] : []
      case 'string':
        return (
          formats[schema.format ?? ''] ??
          'văn bản'.padEnd(schema.minLength ?? 0, '.').slice(0, schema.maxLength)
        )
      case 'integer':
      case 'number':
        return Math.min(Math.max(1, schema.minimum ?? 1), schema.maximum ?? Infinity)
      case 'boolean':
        return true
      case 'null':
        return null
      default:
        return {}
    }
  }
  return draw(root, ['', name], [])
}
