import { errorKinds } from '../../shared/errors.ts'
import type { Language } from '../../shared/text.ts'

interface Given {
  status: number
  contentType: string | undefined
  contentLanguage: string | undefined
  text: string
}

interface Listed {
  code?: unknown
  message?: unknown
  pointer?: unknown
  parameter?: unknown
}

/** What the front door refuses by itself, before a function is asked. */
const frontDoor = new Set([400, 408, 413, 431])

/** True for an answer that no function of ours gave. */
export const isFrontDoor = ({ status, text }: Pick<Given, 'status' | 'text'>): boolean =>
  frontDoor.has(status) && /^\{"message":"[^"]+"\}$/.test(text)

/** True when every fixed part of the template stands in the text, in order. */
const follows = (text: string, template: string): boolean => {
  let at = 0
  for (const part of template.split(/\{\w+\}/)) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return true
}

const faultsOfListed = (errors: unknown): string[] => {
  if (!Array.isArray(errors) || errors.length === 0) return ['no error names a field']
  return (errors as Listed[]).flatMap(({ code, message, pointer, parameter }) => [
    ...(typeof code === 'string' && typeof message === 'string' && message !== ''
      ? []
      : ['a listed error without code or message']),
    ...(typeof pointer === 'string' && /^#(?:\/|$)/.test(pointer) !== (typeof parameter === 'string')
      ? []
      : typeof parameter === 'string' && pointer === undefined
        ? []
        : [`a listed error that names no field: ${JSON.stringify({ pointer, parameter })}`]),
  ])
}

/** What is wrong with an answer as an answer to bad input; empty when nothing is. */
export const faultsOf = (given: Given, language: Language): string[] => {
  const { status, text } = given
  if (status === 0) return ['no answer at all']
  if (status >= 500) return [`status ${status}: ${text}`]
  if (status < 400) return []
  if (!given.contentType?.startsWith('application/problem+json'))
    return isFrontDoor(given) ? [] : [`status ${status} without a problem document: ${text}`]
  const problem = JSON.parse(text)
  const kind = errorKinds[problem.code as keyof typeof errorKinds]
  if (!kind) return [`an unknown code: ${text}`]
  const faults: string[] = []
  const expect = (isRight: boolean, what: string) => {
    if (!isRight) faults.push(what)
  }
  expect(problem.type === `https://motcua.vn/problems/${problem.code}`, `type ${problem.type}`)
  expect(problem.status === status && kind.status === status, `status ${problem.status} in ${status}`)
  expect(problem.title === kind.title[language], `title not in ${language}: ${problem.title}`)
  expect(follows(problem.detail, kind.detail[language]), `detail not in ${language}: ${problem.detail}`)
  expect(given.contentLanguage === language, `Content-Language ${given.contentLanguage}`)
  expect(/^urn:motcua:request:.+/.test(problem.instance), `instance ${problem.instance}`)
  expect(Buffer.from(text).toString('utf8') === text && !/\\ud[89a-f]/i.test(text), 'a lone surrogate')
  if (problem.code === 'invalid-request' || problem.code === 'dossier-incomplete')
    faults.push(...faultsOfListed(problem.errors))
  if (problem.code === 'idempotency-key-reused')
    expect(typeof problem.existing === 'string', 'no existing id')
  return faults
}
