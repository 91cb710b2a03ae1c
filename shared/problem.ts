import type * as z from 'zod'
import {
  AppError,
  errorKinds,
  type FieldError,
  type FieldProblem,
  fieldProblems,
  pointerTo,
} from './errors.ts'
import { type Bilingual, fill, firstSigns, type Language } from './text.ts'

/** A problem document (RFC 9457) with the wrong fields listed. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  instance: string
  errors?: { code: string; message: string; pointer?: string; parameter?: string }[]
  [extension: string]: unknown
}

type Params = NonNullable<FieldError['params']>

const inLanguage = (params: Params, language: Language): Record<string, string | number | undefined> =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'object' ? value[language] : value,
    ]),
  )

const wholeBody: Bilingual = { vi: 'Nội dung gửi', en: 'The body' }

/** The field as a person reads it. Only pointers are escaped: a parameter is a name as the caller wrote it. */
const lastStep = ({ parameter, pointer = '' }: FieldError, language: Language): string => {
  if (parameter !== undefined) return parameter
  const step = pointer.split('/').at(-1) ?? ''
  return step === '' || step === '#'
    ? wholeBody[language]
    : decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
}

const fieldMessage = (error: FieldError, language: Language): string =>
  fill(fieldProblems[error.code][language], {
    label: firstSigns(lastStep(error, language), 80),
    ...inLanguage(error.params ?? {}, language),
  })

/** The document a caller is shown. Anything that is not an `AppError` shows a request id and nothing else. */
export const problemOf = (error: unknown, language: Language, requestId: string): Problem => {
  const known =
    error instanceof AppError ? error : new AppError('internal', { params: { request: requestId } })
  const kind = errorKinds[known.code]
  const { params = {}, errors, extensions = {} } = known.details
  return {
    type: `https://motcua.vn/problems/${known.code}`,
    title: kind.title[language],
    status: kind.status,
    detail: fill(kind.detail[language], inLanguage(params, language)),
    code: known.code,
    instance: `urn:motcua:request:${requestId}`,
    ...extensions,
    ...(errors && errors.length > 0
      ? {
          errors: errors.slice(0, 100).map((field) => ({
            code: field.code,
            message: fieldMessage(field, language),
            ...(field.pointer === undefined ? {} : { pointer: field.pointer }),
            ...(field.parameter === undefined ? {} : { parameter: field.parameter }),
          })),
        }
      : {}),
  }
}

const typeNames: Record<string, { vi: string; en: string }> = {
  string: { vi: 'chữ', en: 'text' },
  number: { vi: 'số', en: 'a number' },
  int: { vi: 'số nguyên', en: 'a whole number' },
  boolean: { vi: 'đúng hoặc sai', en: 'true or false' },
  array: { vi: 'danh sách', en: 'a list' },
  object: { vi: 'đối tượng', en: 'an object' },
  record: { vi: 'đối tượng', en: 'an object' },
  null: { vi: 'rỗng', en: 'null' },
}

const counted = (count: number | bigint, origin: string): Bilingual =>
  origin === 'string'
    ? { vi: `${count} ký tự`, en: `${count} characters` }
    : { vi: `${count} mục`, en: `${count} items` }

type Described = { code: FieldProblem; params?: Params }

const describe = (issue: z.core.$ZodIssue): Described => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? { code: 'required' }
        : { code: 'wrong-type', params: { expected: typeNames[issue.expected] ?? issue.expected } }
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? { code: 'too-short', params: { minimum: counted(issue.minimum, issue.origin) } }
        : { code: 'too-small', params: { minimum: String(issue.minimum) } }
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? { code: 'too-long', params: { maximum: counted(issue.maximum, issue.origin) } }
        : { code: 'too-big', params: { maximum: String(issue.maximum) } }
    case 'not_multiple_of':
      return { code: 'not-multiple', params: { step: issue.divisor } }
    case 'invalid_value':
      return issue.input === undefined
        ? { code: 'required' }
        : { code: 'not-allowed', params: { allowed: issue.values.map(String).join(', ').slice(0, 300) } }
    case 'invalid_format':
      return { code: 'bad-format', params: { expected: '' } }
    case 'custom': {
      const code = (issue.params as { code?: string } | undefined)?.code
      return code && Object.hasOwn(fieldProblems, code) ? { code: code as FieldProblem } : { code: 'invalid' }
    }
    default:
      return { code: 'invalid' }
  }
}

/** Where the value came from decides how the field is named: by pointer in bodies, by name elsewhere. */
export type Place = 'body' | 'path' | 'query' | 'header'

/** Of the ways in which a value may be right, the one it came nearest to: the one with the fewest complaints. */
const nearest = (issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] => {
  if (issue.code !== 'invalid_union') return [issue]
  const ways = issue.errors.filter((way) => way.length > 0)
  const best = ways.toSorted((a, b) => a.length - b.length)[0]
  return best ? best.flatMap((inner) => nearest({ ...inner, path: [...issue.path, ...inner.path] })) : [issue]
}

/** Turns the issues of a zod schema into field errors that name the field and say what is expected. */
export const fieldErrors = (error: z.ZodError, place: Place): FieldError[] =>
  error.issues.flatMap(nearest).flatMap((issue): FieldError[] => {
    const at = (path: readonly PropertyKey[]) =>
      place === 'body' ? { pointer: pointerTo(...path) } : { parameter: String(path[0] ?? place) }
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ code: 'unknown-field', ...at([...issue.path, key]) }))
    return [{ ...describe(issue), ...at(issue.path) }]
  })
