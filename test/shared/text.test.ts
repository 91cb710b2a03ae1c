import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bilingual, fill, firstSigns, fold, languageOf } from '../../shared/text.ts'
import { runs } from '../kit/runs.ts'

/** Every sign of Vietnamese, as people type it: base letters, vowel marks, tones. */
const vietnamese = fc
  .array(
    fc.constantFrom(
      ...'aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ .12',
      ...'AÀÁẢÃẠĂÂĐEÊOÔƠỚỢUƯỨỰYỲÝ',
    ),
    { maxLength: 40 },
  )
  .map((signs) => signs.join(''))

describe('folding for a search', () => {
  it.each([
    ['Đăng ký thường trú', 'dang ky thuong tru'],
    ['ĐĂNG KÝ THƯỜNG TRÚ', 'dang ky thuong tru'],
    ['Hoá đơn', 'hoa don'],
    ['Hóa đơn', 'hoa don'],
    ['Hoà giải, hòa giải', 'hoa giai hoa giai'],
    ['thuỷ sản – thủy sản', 'thuy san thuy san'],
    ['Ủy ban nhân dân', 'uy ban nhan dan'],
    ['  Cấp   lại\tthẻ\n', 'cap lai the'],
    ['1.004222', '1.004222'],
    ['Giấy chứng sinh (bản sao)', 'giay chung sinh ban sao'],
    ['', ''],
  ])('%s', (text, folded) => {
    expect(fold(text)).toBe(folded)
  })

  it('does not see how a sign is composed, nor its case', () => {
    fc.assert(
      fc.property(vietnamese, (text) => {
        const folded = fold(text)
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'])
          for (const other of [text, text.toUpperCase(), text.toLowerCase()])
            expect(fold(other.normalize(form))).toBe(folded)
        expect(folded).toMatch(/^[a-z0-9. ]*$/)
      }),
      { numRuns: runs(300) },
    )
  })

  it('changes nothing the second time, and throws at nothing', () => {
    fc.assert(
      fc.property(fc.oneof(vietnamese, fc.string({ unit: 'binary' })), (text) => {
        const folded = fold(text)
        expect(fold(folded)).toBe(folded)
        expect(folded).not.toMatch(/^ | $| {2}/)
      }),
      { numRuns: runs(300) },
    )
  })

  it('finds every part of a text, however it is typed', () => {
    fc.assert(
      fc.property(vietnamese, vietnamese, vietnamese, (before, part, after) => {
        const typed = fold(part.normalize('NFD').toUpperCase())
        expect(fold(`${before} ${part} ${after}`)).toContain(typed)
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('the language of an answer', () => {
  it.each([
    [undefined, 'vi'],
    ['', 'vi'],
    ['en', 'en'],
    ['EN', 'en'],
    ['en-GB', 'en'],
    ['vi-VN,vi;q=0.9,en-US;q=0.8,en;q=0.7', 'vi'],
    ['en-US,en;q=0.9,vi;q=0.8', 'en'],
    ['vi;q=0.4, en;q=0.5', 'en'],
    ['en;q=0.5, vi;q=0.5', 'vi'],
    ['en;q=0', 'vi'],
    ['vi;q=0, en;q=0', 'vi'],
    ['fr, de;q=0.9', 'vi'],
    ['*', 'vi'],
    ['english', 'vi'],
    ['en;q=1.1.1', 'vi'],
    ['en;q=', 'en'],
    ['en ; level=1 ; q=0', 'vi'],
    [';;;,,,;q=;=,', 'vi'],
    ['__proto__;q=1, constructor', 'vi'],
    [`${'x,'.repeat(100_000)}en`, 'vi'],
  ] as const)('%s', (header, language) => {
    expect(languageOf(header)).toBe(language)
  })

  it('is one of two, whatever is sent', () => {
    const piece = fc.constantFrom('en', 'vi', ';', 'q=', '0', '1', '.', ',', '-', '*', ' ', '\u0000', '🇻🇳')
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(header, (text) => {
        expect(['vi', 'en']).toContain(languageOf(text))
      }),
      { numRuns: runs(500) },
    )
  })
})

describe('filling in', () => {
  it.each([
    ['nhiều nhất {maximum}.', { maximum: 3 }, 'nhiều nhất 3.'],
    ['{a}{b}{a}', { a: 'x', b: 0 }, 'x0x'],
    ['({why})', {}, '()'],
    ['({why})', { why: undefined }, '()'],
    ['{label}', { label: "$& $1 $' {other}", other: 'no' }, "$& $1 $' {other}"],
    ['{ label } {}', { label: 'no' }, '{ label } {}'],
    ['{constructor}{toString}', {}, ''],
  ])('%s', (text, values, filled) => {
    expect(fill(text, values)).toBe(filled)
  })

  it('puts values in as they are, once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        expect(fill('<{one}|{other}>', { one, other })).toBe(`<${one}|${other}>`)
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('the beginning of a text', () => {
  it('is whole signs, and never longer than asked for', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, count) => {
        const begin = firstSigns(text, count)
        expect(text.startsWith(begin)).toBe(true)
        expect(begin.isWellFormed()).toBe(true)
        expect([...begin].length).toBe(Math.min(count, [...text].length))
      }),
      { numRuns: runs(200) },
    )
  })
})

it('a text for people is given in both languages', () => {
  expect(bilingual.safeParse({ vi: 'Có', en: 'Yes' }).success).toBe(true)
  for (const wrong of [{ vi: 'Có' }, { en: 'Yes' }, { vi: '', en: 'Yes' }, { vi: 'Có', en: '' }])
    expect(bilingual.safeParse(wrong).success).toBe(false)
})
