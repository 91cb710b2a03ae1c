import type { IResolvable } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type * as z from 'zod'

/** Why a statement is wider than one named thing, and the finding of the checker that this answers. */
export interface Width {
  finding: string
  reason: string
}

export interface Statement {
  actions: readonly string[]
  resources: readonly string[]
  conditions?: Record<string, Record<string, string | IResolvable>>
  wide?: Width
}

/**
 * What a function may do and the variables that tell it where. The two travel together: a function that knows
 * the name of a table may use it, and one that may use it knows its name.
 */
export interface Permission<Name extends string = string> {
  variables: Readonly<Record<Name, string>>
  statements: readonly Statement[]
}

/** The variables without which an entry does not start. */
export type Required<Schema extends z.ZodType> = RequiredNames<z.input<Schema>>
type RequiredNames<Input> = {
  [Name in keyof Input]-?: undefined extends Input[Name] ? never : Name
}[keyof Input] &
  string

type NamesOf<P> = P extends Permission<infer Name> ? Name : never

/** Several permissions as one. */
export const allOf = <const Ps extends readonly Permission[]>(
  ...permissions: Ps
): Permission<NamesOf<Ps[number]>> => ({
  variables: Object.assign({}, ...permissions.map(({ variables }) => variables)),
  statements: permissions.flatMap(({ statements }) => statements),
})

/** A variable that needs no right: a file of the bundle, a plain setting. */
export const setting = <const Name extends string>(name: Name, value: string): Permission<Name> => ({
  variables: { [name]: value } as Record<Name, string>,
  statements: [],
})

export const policyOf = (statements: readonly Statement[]): PolicyDocument =>
  new PolicyDocument({
    minimize: true,
    statements: statements.map(
      ({ actions, resources, conditions }) =>
        new PolicyStatement({
          actions: [...actions],
          resources: [...resources],
          ...(conditions ? { conditions } : {}),
        }),
    ),
  })
