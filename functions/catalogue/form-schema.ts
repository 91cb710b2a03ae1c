import * as z from 'zod'
import { bilingual } from '../../shared/text.ts'

/** Keys of answers: English camelCase, so that a pointer to one never needs escaping. */
const answerKey = z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/)

const limits = {
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(1).max(4_000).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.int().min(0).optional(),
  maxItems: z.int().min(1).max(200).optional(),
}

const scalar = z.union([z.string(), z.number(), z.boolean()])

/** What an `if` may ask of answers. Its errors are never shown, so it needs no labels. */
const condition = z.strictObject({
  type: z.literal('object').optional(),
  const: scalar.optional(),
  enum: z.array(scalar).min(1).optional(),
  required: z.array(answerKey).optional(),
  get properties() {
    return z.record(answerKey, condition).optional()
  },
})

interface Demand extends z.infer<z.ZodObject<typeof demandShape>> {
  properties?: Record<string, Demand> | undefined
}
const demandShape = {
  type: z.literal('object').optional(),
  const: scalar.optional(),
  enum: z.array(scalar).min(1).optional(),
  required: z.array(answerKey).optional(),
  ...limits,
}

/** What a `then` or `else` may add: fields become required, values become narrower; no new fields. */
const demand: z.ZodType<Demand> = z.strictObject({
  ...demandShape,
  properties: z
    .record(
      answerKey,
      z.lazy(() => demand),
    )
    .optional(),
})

// biome-ignore lint/suspicious/noThenProperty: `then` is a keyword of JSON Schema.
const rule = z.strictObject({ if: condition, then: demand.optional(), else: demand.optional() })

const nodeShape = {
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']),
  title: z.string().min(1).max(300),
  'x-title-en': z.string().min(1).max(300),
  description: z.string().min(1).max(1_000).optional(),
  'x-description-en': z.string().min(1).max(1_000).optional(),
  enum: z.array(z.string()).min(1).optional(),
  'x-enum-labels': z.record(z.string(), bilingual).optional(),
  format: z.enum(['date', 'email']).optional(),
  pattern: z.string().min(1).max(200).optional(),
  /** What the pattern asks for, in words. */
  'x-pattern-text': bilingual.optional(),
  multipleOf: z.number().optional(),
  examples: z.array(scalar).optional(),
  ...limits,
  required: z.array(answerKey).optional(),
  additionalProperties: z.literal(false).optional(),
  allOf: z.array(rule).optional(),
}

const inside = {
  properties: z
    .record(
      answerKey,
      z.lazy(() => formNode),
    )
    .optional(),
  items: z.lazy(() => formNode).optional(),
}

/** One field or group of the form: the part of JSON Schema 2020-12 that portals draw and officers can read. */
export interface FormNode extends z.infer<z.ZodObject<typeof nodeShape>> {
  properties?: Record<string, FormNode> | undefined
  items?: FormNode | undefined
}
const formNode: z.ZodType<FormNode> = z.strictObject({ ...nodeShape, ...inside })

/** The electronic form (biểu mẫu điện tử) of a procedure: JSON Schema 2020-12 over the answers. */
export const form = z.strictObject({
  ...nodeShape,
  ...inside,
  $schema: z.literal('https://json-schema.org/draft/2020-12/schema'),
  type: z.literal('object'),
})
export type Form = z.infer<typeof form>

/** The steps of a JSON pointer (RFC 6901) into answers. */
export const stepsOf = (pointer: string): string[] => pointer.split('/').slice(1)

/** A pointer into answers, `/requester/email`. */
export const answerPointer = z.string().regex(/^(?:\/[a-z][A-Za-z0-9]{0,63}){1,8}$/)

/** The field at a place in the answers; an array's index leads to its item. */
export const fieldAt = (root: FormNode, steps: readonly string[]): FormNode | undefined => {
  let node: FormNode | undefined = root
  for (const step of steps) {
    if (!node) return undefined
    if (node.items) node = /^\d+$/.test(step) ? node.items : undefined
    else node = Object.hasOwn(node.properties ?? {}, step) ? node.properties?.[step] : undefined
  }
  return node
}

/** The value at a pointer in answers of any shape, or undefined. */
export const valueAt = (answers: unknown, pointer: string): unknown => {
  let value = answers
  for (const step of stepsOf(pointer)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}
