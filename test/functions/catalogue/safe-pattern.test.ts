import { describe, expect, it } from 'vitest'
import { isSafePattern } from '../../../functions/catalogue/safe-pattern.ts'

describe('patterns of forms', () => {
  it.each([
    '^\\d{12}$',
    '^[+0]\\d{8,14}$',
    '\\S',
    '^[A-Z]+\\d$',
    '^\\p{L}*$',
    '^[0-2]\\d:[0-5]\\d$',
    '^a?b?$',
  ])('%s is safe', (pattern) => {
    expect(isSafePattern(pattern)).toBe(true)
  })

  it.each([
    '^(a+)+$',
    '^a*a*$',
    '^a+b+$',
    '^a{1,}b*$',
    '^(?=a)b$',
    '^a|b$',
    '^.*$',
    '\\d{12}',
    '^a{1,64}b{1,64}$',
    '^[a-$',
    '^(a)\\1$',
    '^[z-a]$',
  ])('%s is not', (pattern) => {
    expect(isSafePattern(pattern)).toBe(false)
  })
})
