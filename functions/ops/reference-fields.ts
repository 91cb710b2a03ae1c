import type { JsonSchema, OpenApi } from '../../shared/openapi-document.ts'
import { type Html, html, inline, nothing, table } from './reference-html.ts'

type Schemas = OpenApi['components']['schemas']

interface Field {
  name: string
  schema: JsonSchema
  required: boolean
  nullable: boolean
}

/** What a schema says once references and "or null" are taken away. */
const plain = (schema: JsonSchema, schemas: Schemas): { schema: JsonSchema; nullable: boolean } => {
  if (schema.$ref !== undefined) {
    const { $ref, ...own } = schema
    return plain({ ...schemas[$ref.replace('#/components/schemas/', '')], ...own }, schemas)
  }
  const alternatives = schema.anyOf ?? schema.oneOf
  const [only, ...others] = alternatives?.filter((one) => one.type !== 'null') ?? []
  if (only && others.length === 0) {
    const { anyOf: _, oneOf: __, ...own } = schema
    return { ...plain({ ...only, ...own }, schemas), nullable: true }
  }
  if (!Array.isArray(schema.type)) return { schema, nullable: false }
  const [type = 'null', ...rest] = schema.type.filter((one) => one !== 'null')
  const isNullable = schema.type.includes('null')
  return { schema: { ...schema, type: rest.length > 0 ? [type, ...rest] : type }, nullable: isNullable }
}

const deepest = 8

/** Every member of a schema under one another, with dotted names; `[]` marks the items of a list. */
export const fieldsOf = (root: JsonSchema, schemas: Schemas): Field[] => {
  const below = (given: JsonSchema, prefix: string, depth: number): Field[] => {
    if (depth > deepest) return []
    const { schema } = plain(given, schemas)
    if (schema.type === 'array' && schema.items) return below(schema.items, `${prefix}[]`, depth + 1)
    const own = Object.entries(schema.properties ?? {}).flatMap(([key, member]): Field[] => {
      const name = prefix === '' ? key : `${prefix}.${key}`
      const required = schema.required?.includes(key) ?? false
      return [{ name, required, ...plain(member, schemas) }, ...below(member, name, depth + 1)]
    })
    const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
    return [...own, ...alternatives.flatMap((one) => below(one, prefix, depth + 1))]
  }
  const seen = new Set<string>()
  return below(root, '', 0).filter(({ name }) => !seen.has(name) && seen.add(name))
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'chữ',
  integer: 'số nguyên',
  number: 'số',
  boolean: 'đúng/sai',
  array: 'danh sách',
  object: 'đối tượng',
  null: 'null',
}

const typeText = (schema: JsonSchema): string => {
  if (schema.type === 'array' && typeof schema.items?.type === 'string')
    return `danh sách ${typeNames[schema.items.type] ?? ''}`
  if (typeof schema.type === 'string') return typeNames[schema.type] ?? schema.type
  if (Array.isArray(schema.type)) return schema.type.map((one) => typeNames[one] ?? one).join(' hoặc ')
  if ('const' in schema) return typeNames[typeof schema.const] ?? 'chữ'
  return schema.anyOf || schema.oneOf ? 'một trong các dạng' : 'bất kỳ'
}

const between = (low: number | undefined, high: number | undefined, unit: string): string | undefined => {
  if (low === undefined && high === undefined) return undefined
  if (low === high) return `đúng ${low}${unit}`
  if (high === undefined) return `từ ${low}${unit}`
  return low === undefined ? `đến ${high}${unit}` : `${low} đến ${high}${unit}`
}

const formatNames: Readonly<Record<string, string>> = {
  'date-time': 'ISO 8601 có múi giờ',
  date: 'năm-tháng-ngày',
  uri: 'địa chỉ web',
  email: 'thư điện tử',
}

const limits = (schema: JsonSchema): Html => {
  const item = schema.type === 'array' ? schema.items : undefined
  const allowed = schema.enum ?? item?.enum ?? ('const' in schema ? [schema.const] : [])
  const words = [
    between(schema.minimum, schema.maximum, ''),
    between(schema.minLength, schema.maxLength, ' ký tự'),
    between(schema.minItems, schema.maxItems, ' phần tử'),
    formatNames[schema.format ?? ''],
    schema.default === undefined ? undefined : `mặc định \`${JSON.stringify(schema.default)}\``,
  ].filter((word) => word !== undefined)
  const pattern = schema.pattern ? html`<div class="pattern"><code>${schema.pattern}</code></div>` : nothing
  const values = allowed.map((value) => html`<code>${String(value)}</code> `)
  return html`${values}${inline(words.join('; '))}${pattern}`
}

const row = ({ name, schema, required, nullable }: Field, place?: string): Html =>
  html`<tr><th scope="row"><code>${name}</code>${required ? html`<span class="must">bắt buộc</span>` : nothing}</th>
<td>${place === undefined ? nothing : html`${place}, <br>`}${typeText(schema)}${nullable ? ' hoặc null' : ''}</td>
<td>${limits(schema)}</td><td>${inline(schema.description ?? '')}</td></tr>
`

const heads = ['Tên', 'Kiểu', 'Giới hạn', 'Ý nghĩa']

export const fieldTable = (caption: string, root: JsonSchema, schemas: Schemas): Html => {
  const fields = fieldsOf(root, schemas)
  return fields.length === 0
    ? nothing
    : table(
        caption,
        heads,
        fields.map((field) => row(field)),
      )
}

const placeNames = { path: 'đường dẫn', query: 'truy vấn', header: 'tiêu đề' }

export const parameterTable = (
  parameters: readonly OpenApi['components']['parameters'][string][],
  schemas: Schemas,
): Html =>
  parameters.length === 0
    ? nothing
    : table(
        'Tham số',
        heads,
        parameters.map(({ name, in: place, required = false, description = '', schema }) => {
          const field = plain(schema, schemas)
          const described = { ...field.schema, description }
          return row({ name, required, nullable: false, schema: described }, placeNames[place])
        }),
      )
