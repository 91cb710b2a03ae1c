import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { fullFormats } from 'ajv-formats/dist/formats.js'
import { type FieldError, pointerTo } from '../../shared/errors.ts'
import type { Bilingual } from '../../shared/text.ts'
import { type Form, type FormNode, fieldAt, stepsOf, valueAt } from './form-schema.ts'
import { notBlank } from './safe-pattern.ts'

const ajv = new Ajv2020({
  allErrors: true,
  verbose: true,
  strict: true,
  // It does not see the fields of a group from inside a rule; form-rules.ts does.
  strictRequired: false,
  // A field named like a member of Object.prototype is missing unless the person sent it.
  ownProperties: true,
  addUsedSchema: false,
})
ajv.addVocabulary(['x-title-en', 'x-description-en', 'x-enum-labels', 'x-pattern-text'])
ajv.addFormat('date', fullFormats.date)
ajv.addFormat('email', fullFormats.email)

/** Published forms never change, so the form itself is the key; it goes when its version leaves memory. */
const compiled = new WeakMap<Form, ValidateFunction>()

/** The validator of a form; throws when the form is not strict JSON Schema 2020-12. */
export const compile = (form: Form): ValidateFunction => {
  const known = compiled.get(form)
  if (known) return known
  const validate = ajv.compile(form)
  // Without this the validator library would keep every form for ever.
  ajv.removeSchema(form)
  compiled.set(form, validate)
  return validate
}

/** As many as a problem document lists; more would not help anybody. */
const mostErrors = 100
const longestStep = 120

const typeNames: Record<string, Bilingual> = {
  string: { vi: 'chữ', en: 'text' },
  number: { vi: 'số', en: 'a number' },
  integer: { vi: 'số nguyên', en: 'a whole number' },
  boolean: { vi: 'đúng hoặc sai', en: 'true or false' },
  array: { vi: 'danh sách', en: 'a list' },
  object: { vi: 'nhóm mục', en: 'a group of fields' },
}

const emailText: Bilingual = { vi: 'ví dụ ten@vidu.vn', en: 'for example name@example.vn' }

const counted = (count: number, vi: string, en: string): Bilingual => ({
  vi: `${count} ${vi}`,
  en: `${count} ${en}`,
})

const bracketed = (text: Bilingual | undefined): Bilingual | string =>
  text ? { vi: ` (${text.vi})`, en: ` (${text.en})` } : ''

const allowedText = (values: readonly unknown[], field: FormNode | undefined): Bilingual => {
  const inLanguage = (language: keyof Bilingual) =>
    values
      .map((value) => field?.['x-enum-labels']?.[String(value)]?.[language] ?? String(value))
      .join(', ')
      .slice(0, 600)
  return { vi: inLanguage('vi'), en: inLanguage('en') }
}

/** The name a person knows the field by; inside a list also which row. */
const labelOf = (form: Form, steps: readonly string[]): Bilingual | undefined => {
  const field = fieldAt(form, steps)
  if (!field) return undefined
  const row = steps.findLast((step) => /^\d+$/.test(step))
  if (row === undefined) return { vi: field.title, en: field['x-title-en'] }
  const number = Number(row) + 1
  return { vi: `${field.title} (dòng ${number})`, en: `${field['x-title-en']} (row ${number})` }
}

const blank = (value: unknown): boolean => typeof value === 'string' && value.trim() === ''

type Judged = Pick<FieldError, 'code' | 'params'>

const judgementOf = (error: ErrorObject, field: FormNode | undefined): Judged | undefined => {
  const limit = Number(error.params.limit)
  switch (error.keyword) {
    case 'required':
      return { code: 'required' }
    case 'additionalProperties':
      return { code: 'unknown-field' }
    case 'type':
      return { code: 'wrong-type', params: { expected: typeNames[error.params.type as string] } }
    case 'enum':
    case 'const': {
      const values = (error.params.allowedValues as unknown[]) ?? [error.params.allowedValue]
      return { code: 'not-allowed', params: { allowed: allowedText(values, field) } }
    }
    case 'format':
      return error.params.format === 'date'
        ? { code: 'bad-date' }
        : { code: 'bad-format', params: { expected: bracketed(emailText) } }
    case 'pattern':
      return error.params.pattern === notBlank
        ? { code: 'required' }
        : { code: 'bad-format', params: { expected: bracketed(field?.['x-pattern-text']) } }
    case 'minLength':
      if (error.data === '') return { code: 'required' }
      return { code: 'too-short', params: { minimum: counted(limit, 'ký tự', 'characters') } }
    case 'maxLength':
      return { code: 'too-long', params: { maximum: counted(limit, 'ký tự', 'characters') } }
    case 'minItems':
      return { code: 'too-short', params: { minimum: counted(limit, 'dòng', 'rows') } }
    case 'maxItems':
      return { code: 'too-long', params: { maximum: counted(limit, 'dòng', 'rows') } }
    case 'minimum':
      return { code: 'too-small', params: { minimum: limit } }
    case 'maximum':
      return { code: 'too-big', params: { maximum: limit } }
    case 'multipleOf':
      return { code: 'not-multiple', params: { step: Number(error.params.multipleOf) } }
    // "Must match then" only repeats what the errors inside it say.
    case 'if':
      return undefined
    default:
      return { code: 'invalid' }
  }
}

const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~')

/** Keys come from the sender: they may be endless, or hold halves of characters that no pointer can carry. */
const shown = (step: string): string => step.slice(0, longestStep).toWellFormed()

const fieldErrorOf = (form: Form, steps: readonly string[], judged: Judged): FieldError => {
  const label = labelOf(form, steps)
  const params = { ...judged.params, ...(label ? { label } : {}) }
  return { code: judged.code, pointer: pointerTo('answers', ...steps.map(shown)), params }
}

const errorOf = (form: Form, error: ErrorObject): FieldError | undefined => {
  const at = stepsOf(error.instancePath).map(unescaped)
  const inner = (error.params.missingProperty ?? error.params.additionalProperty) as string | undefined
  const steps = inner === undefined ? at : [...at, inner]
  const judged = judgementOf(error, fieldAt(form, steps))
  if (!judged) return undefined
  return fieldErrorOf(form, steps, judged)
}

/**
 * What is wrong with the answers, field by field, in words for the person who filled the form. `requires` are
 * pointers to fields the chosen case demands beyond the form's own rules. Answers may be any JSON value.
 */
export const judgeAnswers = (
  form: Form,
  answers: unknown,
  requires: readonly string[] = [],
): FieldError[] => {
  const validate = compile(form)
  const found: FieldError[] = []
  if (!validate(answers))
    for (const error of (validate.errors ?? []).slice(0, 2 * mostErrors)) {
      const fieldError = errorOf(form, error)
      if (fieldError) found.push(fieldError)
    }
  for (const pointer of requires) {
    const value = valueAt(answers, pointer)
    if (value === undefined || blank(value))
      found.push(fieldErrorOf(form, stepsOf(pointer), { code: 'required' }))
  }
  const missing = new Set(found.filter((e) => e.code === 'required').map((e) => e.pointer))
  const once = new Map<string, FieldError>()
  for (const error of found)
    if (error.code === 'required' || !missing.has(error.pointer))
      once.set(`${error.code} ${error.pointer}`, error)
  return [...once.values()].slice(0, mostErrors)
}
