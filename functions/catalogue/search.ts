import { fold } from '../../shared/text.ts'
import type { Summary } from './model.ts'

export interface Wanted {
  q?: string | undefined
  field?: string | undefined
  level?: Summary['level'] | undefined
  audience?: Summary['audience'][number] | undefined
}

/** The words of a search. Dots stay inside words, so that `1.004222` is one, and end none. */
const wordsOf = (text: string): string[] =>
  fold(text)
    .split(' ')
    .map((word) => word.replace(/^\.+|\.+$/g, ''))
    .filter((word) => word !== '')

/** True when every word begins a word of the name, the field or the code. */
const isFound = (summary: Summary, words: readonly string[]): boolean => {
  const { code, name, nameEn = '', field } = summary
  const text = ` ${fold(`${code} ${name} ${nameEn} ${field.name} ${field.nameEn ?? ''}`)}`
  return words.every((word) => text.includes(` ${word}`))
}

/** The test of one search; undefined when nothing is searched for and everything is wanted. */
export const filterOf = ({ q, field, level, audience }: Wanted): ((s: Summary) => boolean) | undefined => {
  const words = wordsOf(q ?? '')
  if (words.length === 0 && !field && !level && !audience) return undefined
  return (summary) =>
    (!field || summary.field.code === field) &&
    (!level || summary.level === level) &&
    (!audience || summary.audience.includes(audience)) &&
    isFound(summary, words)
}
