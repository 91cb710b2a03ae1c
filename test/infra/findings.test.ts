import { type App, Validations } from 'aws-cdk-lib'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks } from 'cdk-nag'
import { describe, expect, test } from 'vitest'
import { provinces, synthesize } from './synthesized.ts'

const check = (app: App): void => Validations.of(app).addPlugins(new AwsSolutionsChecks(app))

describe.each(provinces)('the checkers, province $code', (province) => {
  test('find nothing that is not explained', () => {
    expect(synthesize(province, check).findings).toEqual([])
  })

  test('are at work: a careless bucket is found', () => {
    const { findings } = synthesize(province, (app, stack) => {
      check(app)
      new Bucket(stack, 'Careless')
    })
    expect(findings).toContainEqual({
      rule: 'AwsSolutions-S10',
      at: `Province-${province.code}/Careless/Resource`,
    })
  })
})
