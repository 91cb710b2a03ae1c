import { describe, expect, it } from 'vitest'
import { createFaults, seededRandom } from '../../../../infra/local/cloud/faults.ts'

function run(seed: number): boolean[] {
  const faults = createFaults()
  faults.add({ target: 'sqs', kind: 'fail', probability: 0.5, seed })
  return Array.from({ length: 64 }, () => faults.decide('sqs', 'SendMessage') !== undefined)
}

describe('faults', () => {
  it('befall the same calls with the same seed', () => {
    expect(run(7)).toEqual(run(7))
    expect(run(7)).not.toEqual(run(8))
    const hits = run(7).filter(Boolean).length
    expect(hits).toBeGreaterThan(16)
    expect(hits).toBeLessThan(48)
    const shared = () => createFaults({ random: seededRandom(3) })
    expect(shared().decide('s3', 'GetObject')).toBeUndefined()
  })

  it('befall what they are meant for, as often as they are meant', () => {
    const faults = createFaults()
    faults.add({ target: 's3', operation: 'PutObject', kind: 'drop', count: 2 })
    faults.add({ target: '*', kind: 'delay', delayMs: 1 })
    expect(faults.decide('s3', 'GetObject')?.kind).toBe('delay')
    expect(faults.decide('kms', 'PutObject')?.kind).toBe('delay')
    expect(faults.decide('s3', 'PutObject')?.kind).toBe('drop')
    expect(faults.list()).toMatchObject([{ kind: 'drop', count: 1 }, { kind: 'delay' }])
    expect(faults.decide('s3', 'PutObject')?.kind).toBe('drop')
    expect(faults.decide('s3', 'PutObject')?.kind).toBe('delay')
    faults.clear()
    expect(faults.list()).toEqual([])
    expect(faults.decide('smtp', 'DATA')).toBeUndefined()
  })

  it('never befall with a probability of nought and always with one', () => {
    const faults = createFaults()
    faults.add({ target: 'kms', kind: 'fail', probability: 0 })
    faults.add({ target: 'sqs', kind: 'fail', probability: 1 })
    for (let n = 0; n < 100; n += 1) {
      expect(faults.decide('kms', 'Sign')).toBeUndefined()
      expect(faults.decide('sqs', 'SendMessage')).toBeDefined()
    }
  })
})
