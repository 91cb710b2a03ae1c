import { describe, expect, it } from 'vitest'
import { filterOf } from '../../../functions/catalogue/search.ts'
import { summaryOf } from '../../../functions/catalogue/versions.ts'
import { recordOf, residence } from './samples.ts'

const summary = summaryOf({
  ...recordOf(residence),
  level: 'full',
  agencies: [],
  version: 1,
  validFrom: 0,
  publishedAt: 0,
})
const finds = (q: string) => filterOf({ q })?.(summary)

describe('search', () => {
  it.each([
    'dang ky thuong tru',
    'Đăng ký thường trú',
    'Đăng ký thường trú'.normalize('NFD'),
    'THUONG tru.',
    '1.004222',
    '1.0042',
    'permanent',
    'cu tru',
    '  tru,   dang ',
  ])('finds %j', (q) => {
    expect(finds(q)).toBe(true)
  })

  it.each(['khai sinh', 'dang ky tam tru', 'ang', '1.004223'])('does not find %j', (q) => {
    expect(finds(q)).toBe(false)
  })

  it('without a word is no search', () => {
    expect(filterOf({ q: ' ?! ' })).toBeUndefined()
    expect(filterOf({})).toBeUndefined()
  })

  it('narrows by field, level and audience', () => {
    expect(filterOf({ field: 'cu-tru', level: 'full', audience: 'citizen' })?.(summary)).toBe(true)
    expect(filterOf({ field: 'ho-tich' })?.(summary)).toBe(false)
    expect(filterOf({ level: 'partial' })?.(summary)).toBe(false)
    expect(filterOf({ audience: 'enterprise' })?.(summary)).toBe(false)
  })
})
