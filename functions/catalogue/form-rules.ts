import { compile } from './form.ts'
import type { Form, FormNode } from './form-schema.ts'
import { isSafePattern } from './safe-pattern.ts'

/** A part of a rule: what an `if` asks, or a `then` demands. */
interface Part {
  required?: string[] | undefined
  properties?: Record<string, Part> | undefined
}

/** Fields that a rule names and the group does not have; nobody could ever fill them. */
const unknownFields = (part: Part | undefined, node: FormNode | undefined): string[] => {
  const named = [...(part?.required ?? []), ...Object.keys(part?.properties ?? {})]
  return [
    ...named.filter((key) => !node?.properties?.[key]),
    ...Object.entries(part?.properties ?? {}).flatMap(([key, inner]) =>
      unknownFields(inner, node?.properties?.[key]),
    ),
  ]
}

const nodeProblems = (node: FormNode): string[] => {
  const problems: string[] = []
  const isText = node.type === 'string' && !node.enum
  if (isText && node.format !== 'date' && node.maxLength === undefined) problems.push('text needs maxLength')
  if (node.type === 'array' && (node.maxItems === undefined || !node.items))
    problems.push('a list needs items and maxItems')
  if (node.type === 'object' && (node.additionalProperties !== false || !node.properties))
    problems.push('a group needs properties and additionalProperties false')
  if (node.pattern !== undefined && !isSafePattern(node.pattern)) problems.push('the pattern is not safe')
  if (node.pattern?.startsWith('^') && !node['x-pattern-text'])
    problems.push('the pattern needs x-pattern-text')
  const unlabelled = (node.enum ?? []).filter((value) => !node['x-enum-labels']?.[value])
  if (unlabelled.length > 0) problems.push(`no label for ${unlabelled.join(', ')}`)
  if ((node.description === undefined) !== (node['x-description-en'] === undefined))
    problems.push('help is given in one language only')
  const parts = [{ required: node.required }, ...(node.allOf ?? []).flatMap((r) => [r.if, r.then, r.else])]
  for (const key of parts.flatMap((part) => unknownFields(part, node)))
    problems.push(`a rule names ${key}, which is no field here`)
  return problems
}

const walk = (node: FormNode, place: string, problems: string[]): void => {
  for (const problem of nodeProblems(node)) problems.push(`form${place}: ${problem}`)
  for (const [key, child] of Object.entries(node.properties ?? {})) walk(child, `${place}/${key}`, problems)
  if (node.items) walk(node.items, `${place}/0`, problems)
}

/** Why a form cannot be published; an empty list when it can. */
export const formProblems = (form: Form): string[] => {
  const problems: string[] = []
  walk(form, '', problems)
  if (problems.length > 0) return problems
  try {
    compile(form)
    return []
  } catch (error) {
    return [`form: ${error instanceof Error ? error.message : 'does not compile'}`]
  }
}
