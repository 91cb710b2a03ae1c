import { describe, expect, test } from 'vitest'
import { officeHours } from '../../infra/kit/office-hours.ts'
import { provinces, synthesize } from './synthesized.ts'

/** The condition as CloudWatch reads it, for an hour in Vietnam. */
const isOpen = (condition: string, weekday: number, vietnamHour: number): boolean =>
  new Function(
    'DAY',
    'HOUR',
    'submitted',
    `return ${condition.replaceAll('AND', '&&').replaceAll('OR', '||')}`,
  )(
    () => (vietnamHour < 7 ? (weekday + 5) % 7 : weekday - 1) + 1,
    () => (vietnamHour + 17) % 24,
    0,
  )

describe.each(provinces)('the watch over submissions in province $code', (province) => {
  const condition = officeHours(province.calendar)
  const openHours = (weekday: number) =>
    Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => isOpen(condition, weekday, hour))

  test('looks in office hours only, in Vietnamese time', () => {
    const [morning, afternoon] =
      {
        '22': [
          [8, 9, 10],
          [14, 15, 16],
        ],
        '31': [
          [8, 9, 10, 11],
          [13, 14, 15, 16],
        ],
        '37': [
          [8, 9, 10],
          [13, 14, 15, 16],
        ],
      }[province.code] ?? []
    for (const weekday of [1, 2, 3, 4, 5])
      expect(openHours(weekday)).toEqual([...(morning ?? []), ...(afternoon ?? [])])
    for (const weekday of [6, 7]) expect(openHours(weekday)).toEqual([])
  })

  test('has a number for every hour, also when nothing at all is submitted', () => {
    const { of } = synthesize(province)
    const filters = of('AWS::Logs::MetricFilter')
      .map(([, { Properties }]) => Properties)
      .filter(({ MetricTransformations: [made] }) => made.MetricName === `${province.code}/Submitted`)
    expect(
      filters
        .map((filter) => [
          filter.LogGroupName.Ref.replace(/[0-9A-F]{8}$/, ''),
          filter.FilterPattern,
          filter.MetricTransformations[0].MetricValue,
        ])
        .sort(),
    ).toEqual([
      ['DossiersApiLog', '"request answered" "submitDossier"', '1'],
      ['OpsSweepLog', '', '0'],
    ])
    const alarm = of('AWS::CloudWatch::Alarm').find(([id]) => id.startsWith('OpsNoIntake'))?.[1].Properties
    expect(alarm).toMatchObject({
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
    })
  })
})

test('a province that is not in production is not watched', () => {
  const [province] = provinces
  if (!province) throw new Error('there is no province')
  const { of } = synthesize({ ...province, environment: 'staging' })
  expect(of('AWS::CloudWatch::Alarm').filter(([id]) => id.includes('NoIntake'))).toEqual([])
})
