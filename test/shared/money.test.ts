import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dong, money, spokenMoney } from '../../shared/money.ts'
import { runs } from '../kit/runs.ts'

const amounts = fc.integer({ min: 0, max: 999_999_999_999 })

describe('an amount', () => {
  it('is whole đồng in the range that payment providers carry', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        expect(money.parse(dong(amount))).toEqual({ amount, currency: 'VND' })
      }),
      { numRuns: runs(100) },
    )
  })

  it.each([-1, 0.5, 1_000_000_000_000, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'is not %d',
    (amount) => {
      expect(money.safeParse(dong(amount)).success).toBe(false)
    },
  )

  it.each(['USD', 'vnd', ''])('is not in %j', (currency) => {
    expect(money.safeParse({ amount: 1, currency }).success).toBe(false)
  })

  it('is never text', () => {
    expect(money.safeParse({ amount: '1000', currency: 'VND' }).success).toBe(false)
  })
})

describe('as people write it', () => {
  it.each([
    [0, '0 đ'],
    [999, '999 đ'],
    [1_000, '1.000 đ'],
    [1_250_000, '1.250.000 đ'],
    [999_999_999_999, '999.999.999.999 đ'],
  ])('%d is %s', (amount, text) => {
    expect(spokenMoney(dong(amount))).toBe(text)
  })

  it('every group has three digits and nothing is lost', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const text = spokenMoney(dong(amount))
        expect(text).toMatch(/^\d{1,3}(?:\.\d{3})* đ$/)
        expect(Number(text.replaceAll(/\D/g, ''))).toBe(amount)
      }),
      { numRuns: runs(100) },
    )
  })
})
