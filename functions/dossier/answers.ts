import { canonicalJson } from '../../shared/canonical-json.ts'
import { type FieldError, pointerTo } from '../../shared/errors.ts'
import { type Answers, type Attachment, type Content, maxAnswersBytes } from './model.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** JSON merge patch (RFC 7396): null removes, objects merge, arrays and values replace. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  }
  return merged
}

export const mergeAnswers = (answers: Answers, patch: Answers): Answers =>
  mergePatch(answers, patch) as Answers

export const answersTooLarge = (answers: Answers): FieldError[] =>
  Buffer.byteLength(canonicalJson(answers)) > maxAnswersBytes
    ? [{ code: 'too-long', pointer: pointerTo('answers'), params: { maximum: '128 KB' } }]
    : []

/** The files named by a patch take the place of all files of the same components; the others stay. */
export const replaceAttachments = (
  present: readonly Attachment[],
  named: ReadonlySet<string>,
  given: readonly Attachment[],
): Attachment[] => [...present.filter((file) => !named.has(file.componentId)), ...given]

/**
 * Content under another version of the procedure: what the new form or component list does not know is put
 * aside, and what was aside comes back where the new version knows it. Nothing a citizen gave is dropped.
 */
export const repin = (
  content: Content,
  known: { answers: ReadonlySet<string>; components: ReadonlySet<string> },
): Pick<Content, 'answers' | 'components' | 'aside'> => {
  const answers = { ...content.aside?.answers, ...content.answers }
  const files = [...content.components, ...(content.aside?.components ?? [])]
  const entries = Object.entries(answers)
  const aside = {
    answers: Object.fromEntries(entries.filter(([name]) => !known.answers.has(name))),
    components: files.filter((file) => !known.components.has(file.componentId)),
  }
  const isEmpty = Object.keys(aside.answers).length === 0 && aside.components.length === 0
  return {
    answers: Object.fromEntries(entries.filter(([name]) => known.answers.has(name))),
    components: files.filter((file) => known.components.has(file.componentId)),
    aside: isEmpty ? null : aside,
  }
}
