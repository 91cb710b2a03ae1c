import { type Synthesized, textOf } from './synthesized.ts'

/** What stands in for a value that only AWS knows, where the schema asks for more than some text. */
const standIns: Record<string, string> = {
  DEAD_LETTER_QUEUE_URL: 'https://sqs.ap-southeast-1.amazonaws.com/123456789012/dead-letters',
}

/** The variables of an entry as its function would see them. */
export const variablesOf = (of: Synthesized['of'], entry: string): Record<string, string> => {
  const found = of('AWS::Lambda::Function').find(([, { Properties }]) =>
    String(Properties.Description).startsWith(`${entry} of province`),
  )
  if (!found) throw new Error(`${entry} is not deployed`)
  const given: Record<string, unknown> = found[1].Properties.Environment?.Variables ?? {}
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const text = textOf(value)
      if (text.startsWith('{{resolve:secretsmanager:')) return [name, 'given-by-a-provider']
      return [name, standIns[name] ?? text]
    }),
  )
}
