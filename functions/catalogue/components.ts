import { valueAt } from './form-schema.ts'
import type { Component, NationalRecord } from './model.ts'

const demandedBy = (component: Component, answers: unknown): boolean => {
  if (!component.required || component.conditionalOn === undefined) return component.required
  const { pointer, oneOf } = component.conditionalOn
  return oneOf.some((value) => value === valueAt(answers, pointer))
}

/**
 * The papers (thành phần hồ sơ) of a case. `required` says what these answers demand: a paper that depends on
 * an answer is not required before that answer is given.
 */
export const componentsFor = (
  procedure: Pick<NationalRecord, 'components'>,
  caseCode: string | null | undefined,
  answers: unknown = {},
): Component[] =>
  procedure.components
    .filter(({ cases }) => cases === undefined || cases.includes(caseCode ?? ''))
    .map((component) => ({ ...component, required: demandedBy(component, answers) }))

/** Pointers to the answers that the case demands beyond the form; the third argument of `judgeAnswers`. */
export const requiredAnswers = (
  { cases }: Pick<NationalRecord, 'cases'>,
  caseCode: string | null | undefined,
): readonly string[] => cases.find(({ code }) => code === caseCode)?.requires ?? []
