import { describe, expect, test } from 'vitest'
import { provinces, synthesize } from './synthesized.ts'
import { variablesOf } from './variables.ts'

describe.each(provinces)('the variables of functions in province $code', (province) => {
  const { functions, of } = synthesize(province)
  const cases = functions.map(({ entry, env }) => ({ name: entry.name, env }))

  test.each(cases)('$name starts with what it is given', ({ name, env }) => {
    const result = env.safeParse(variablesOf(of, name))
    expect(result.error?.issues ?? []).toEqual([])
  })

  test.each(cases)('$name is given nothing it does not ask for', ({ name, env }) => {
    expect(Object.keys(variablesOf(of, name)).filter((variable) => !(variable in env.shape))).toEqual([])
  })

  test.each(cases)('$name is led to no server of our own', ({ name }) => {
    expect(Object.keys(variablesOf(of, name)).filter((variable) => variable.endsWith('_ENDPOINT'))).toEqual(
      [],
    )
  })

  test('a secret in the variables is hidden under a key', () => {
    for (const [, { Properties }] of of('AWS::Lambda::Function'))
      if (JSON.stringify(Properties.Environment).includes('resolve:secretsmanager'))
        expect(Properties.KmsKeyArn).toEqual({ 'Fn::GetAtt': ['KeysDataA2F7C5E6', 'Arn'] })
  })
})
