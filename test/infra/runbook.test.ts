import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { provinces, synthesize } from './synthesized.ts'

const headings = readFileSync('docs/runbook.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('## '))
  .map((line) => line.slice(3))

describe.each(provinces)('the runbook for province $code', (province) => {
  it('has a heading for every alarm, and no heading without an alarm', () => {
    const names = synthesize(province)
      .of('AWS::CloudWatch::Alarm')
      .map(([, { Properties }]) => String(Properties?.AlarmName).split('/').at(-1))
    expect(names.length).toBeGreaterThan(10)
    expect([...new Set(names)].sort()).toEqual([...headings].sort())
  })
})
