import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { announcements } from '../../../functions/notification/announcements.ts'
import { composeEntry, composeLetter } from '../../../functions/notification/compose.ts'
import { frame } from '../../../functions/notification/frame.ts'
import { escapeHtml } from '../../../functions/notification/letter-form.ts'
import type { DossierFacts } from '../../../functions/notification/model.ts'
import { addressableName, oneLine } from '../../../functions/notification/plain-text.ts'
import type { Part } from '../../../functions/notification/template.ts'
import { type Templates, templates } from '../../../functions/notification/templates.ts'
import { inboxValues, letterValues } from '../../../functions/notification/values.ts'
import { facts, province } from './dossiers.ts'

const languages = ['vi', 'en'] as const
const template = templates.dossierSubmitted
const letterTo = (known: Partial<DossierFacts> = {}, first: 'vi' | 'en' = 'vi') =>
  composeLetter(template, { ...facts, ...known }, province, first)

const textsOf = (part: Part): string[] => {
  switch (part.kind) {
    case 'facts':
      return part.rows.flat()
    case 'list':
      return [...part.items]
    case 'link':
      return [part.label, part.href]
    default:
      return [part.text]
  }
}
const placesIn = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => [...text.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name))

describe.each(Object.entries(templates))('the template %s', (name, { letter, inbox, event }) => {
  it('stands under the name of its event', () => {
    expect(event).toBe(announcements[name as keyof typeof announcements])
  })

  it.each(languages)('fills every place, in %s', (language) => {
    const { greeting, closing } = frame[language]
    const parts = [greeting, ...letter[language].parts, ...closing]
    const used = placesIn([letter[language].subject, ...parts.flatMap(textsOf)])
    const known = Object.keys(letterValues(facts, province, language))
    for (const place of used) expect(known).toContain(place)
    const shown = placesIn([inbox[language].title, inbox[language].text])
    for (const place of shown) expect(Object.keys(inboxValues(facts, language))).toContain(place)
  })
})

it('refuses at compile time a missing and a superfluous template', () => {
  // @ts-expect-error one is missing
  void ({} satisfies Templates)
  // @ts-expect-error one is for no event
  void ({ dossierSubmitted: template, dossierForgotten: template } satisfies Templates)
})

describe('the letter of acknowledgement', () => {
  it('says what was recorded, when, and how to follow it', () => {
    const { subject, text } = letterTo()
    expect(subject).toBe('Đã ghi nhận hồ sơ nộp trực tuyến 000.00.12.H40-261121-0001')
    for (const line of [
      'Kính gửi Nguyễn Thị Ánh,',
      'Thủ tục: Đăng ký khai sinh',
      'Mã hồ sơ: 000.00.12.H40-261121-0001',
      'Cơ quan giải quyết: Ủy ban nhân dân phường Nam Định',
      'Thời điểm nộp: 09:05 ngày 21/11/2026',
      'Mã tra cứu (PIN): ABCD1234',
      'Trang tra cứu: https://motcua.ninhbinh.gov.vn/tra-cuu?ma=000.00.12.H40-261121-0001',
      'Xác minh biên nhận: https://motcua.ninhbinh.gov.vn/tra-cuu?bien-nhan=7Q2X0M5V9C4T8R1B6N3K0P7ZJD',
      'Một cửa tỉnh Ninh Bình – https://motcua.ninhbinh.gov.vn',
      'Dear Nguyễn Thị Ánh,',
      'Tracking code (PIN): ABCD1234',
    ])
      expect(text.split('\n')).toContain(line)
    expect(text).toContain('Biên nhận điện tử số 7Q2X0M5V9C4T8R1B6N3K0P7ZJD')
  })

  it('puts the PIN on a line of its own in HTML too, and into no link', () => {
    const { html, text } = letterTo()
    expect(html.split('\n')).toContain('Mã tra cứu (PIN): ABCD1234')
    for (const link of `${html}\n${text}`.matchAll(/https?:\S*/g)) expect(link[0]).not.toContain('ABCD1234')
  })

  it('does not say that a submitted dossier was received', () => {
    const { subject, text } = letterTo()
    expect(subject).not.toContain('tiếp nhận')
    expect(text).toContain('chưa phải Giấy tiếp nhận hồ sơ và hẹn trả kết quả')
    expect(text).toContain('Thời hạn giải quyết được tính từ khi hồ sơ được tiếp nhận.')
  })

  it('names the due time once there is one', () => {
    const { text } = letterTo({ dueAt: '2026-11-30T17:00:00.000+07:00' })
    expect(text).toContain('Thời hạn giải quyết: 17:00 ngày 30/11/2026.')
    expect(text).toContain('It is due at 17:00 on 30/11/2026 (Vietnam time).')
  })

  it('speaks both languages, the chosen one first', () => {
    const vietnamese = letterTo({}, 'vi').text
    expect(vietnamese.indexOf('Kính gửi')).toBeLessThan(vietnamese.indexOf('Dear'))
    const english = letterTo({}, 'en')
    expect(english.text.indexOf('Dear')).toBeLessThan(english.text.indexOf('Kính gửi'))
    expect(english.subject).toMatch(/^Your online dossier/)
    expect(english.html).toContain('<html lang="en">')
  })

  it('loads nothing from anywhere', () => {
    expect(letterTo().html).not.toMatch(/<(?:img|link|script|iframe|style)|url\(|src=/i)
  })

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom(
      'Ánh\r\nBcc: x@example.com',
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='x",
      '👩‍👩‍👧‍👦🇻🇳 Ánh',
      'Ánh'.repeat(5_000),
      '\u202Eevil\u2066',
      '{pin}',
      '\ud800',
      '\u2028Mã tra cứu (PIN): 00000000',
    ),
  )
  it('lets no value add a line, a tag or an attribute', () => {
    const tags = (html: string) =>
      [...html.matchAll(/<\/?[a-z][^>]*>/gi)].map(([tag]) => tag.split(/[\s>]/)[0])
    const plain = letterTo()
    fc.assert(
      fc.property(hostile, hostile, hostile, (name, procedure, agency) => {
        const { subject, text, html } = letterTo({
          applicantName: name,
          procedureName: procedure,
          agencyName: { vi: agency, en: agency },
        })
        expect(subject).toBe(plain.subject)
        expect(text.split('\n')).toHaveLength(plain.text.split('\n').length)
        expect(html.split('\n')).toHaveLength(plain.html.split('\n').length)
        expect(tags(html)).toEqual(tags(plain.html))
        expect(text.isWellFormed()).toBe(true)
        expect(text.length).toBeLessThan(plain.text.length + 3_000)
        expect(text.split('\n').filter((line) => line === 'Mã tra cứu (PIN): ABCD1234')).toHaveLength(1)
      }),
      { numRuns: 300 },
    )
  })

  it('carries no personal number, also when somebody wrote it into the name', () => {
    const digits = fc.array(fc.constantFrom(...'0123456789'), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(
        digits.map((given) => given.join('')),
        fc.constantFrom('', ' ', 'Ánh ', '('),
        (number, before) => {
          const applicantName = `${before}${number}`
          const all = JSON.stringify([
            letterTo({ applicantName }),
            composeEntry(template, { ...facts, applicantName }, province),
          ])
          expect(all).not.toContain(number)
        },
      ),
    )
  })
})

describe('the inbox entry', () => {
  it('carries neither the PIN nor the name nor the address', () => {
    const entry = JSON.stringify(composeEntry(template, facts, province))
    for (const secret of ['ABCD1234', 'Ánh', 'anh@example.vn', facts.receiptId])
      expect(entry).not.toContain(secret)
  })

  it('says the same in both languages', () => {
    const { title, text, link } = composeEntry(template, facts, province)
    expect(title.vi).toBe('Đã ghi nhận hồ sơ 000.00.12.H40-261121-0001')
    expect(title.en).toBe('Dossier 000.00.12.H40-261121-0001 has been recorded')
    expect(text.vi).toContain('Ủy ban nhân dân phường Nam Định')
    expect(text.en).toContain("People's Committee of Nam Dinh Ward")
    expect(link).toBe('https://motcua.ninhbinh.gov.vn/tra-cuu?ma=000.00.12.H40-261121-0001')
  })
})

describe('text that came from outside', () => {
  it.each(['\u0000', '\u001B', '\u0085', '\u2028', '\u202E', '\u2066', '\uFEFF', '\r\n', '\t'])(
    'keeps no %j on a line',
    (sign) => {
      expect(oneLine(`a${sign}b`, 10)).toBe('a b')
    },
  )

  it('ends neither a text nor an attribute of HTML', () => {
    expect(escapeHtml(`<a href="x" id='y'>&`)).toBe('&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;')
  })
})

describe('a name as we greet it', () => {
  it.each([
    ['Nguyễn Thị Ánh', 'Nguyễn Thị Ánh'],
    ['Nguye\u0302\u0303n', 'Nguyễn'],
    ["Y Brưm Niê Kdăm-O'Brien", "Y Brưm Niê Kdăm-O'Brien"],
    ['John A. Smith', 'John A. Smith'],
    ['Công ty TNHH MTV 27/7 & Bạn (Nam Định)', 'Công ty TNHH MTV 27 7 & Bạn (Nam Định)'],
    ['Ánh\r\nBcc: x@example.com', 'Ánh Bcc x example com'],
    ['Trúng thưởng http://evil.com/a', 'Trúng thưởng http evil com a'],
    ['<script>alert(1)</script>', 'script alert(1) script'],
    ['👩‍👩‍👧‍👦 Ánh 🇻🇳', 'Ánh'],
    ['Ánh 037090001234', 'Ánh'],
    ['👍', ''],
  ])('%j becomes %j', (given, greeted) => {
    expect(addressableName(given)).toBe(greeted)
  })

  it('is cut, and only between characters', () => {
    const cut = addressableName('Ánh '.repeat(2_000))
    expect(cut.length).toBeLessThanOrEqual(80)
    expect(cut.endsWith('…')).toBe(true)
    expect(oneLine('a\u0302\u0301'.repeat(100), 10).length).toBeLessThanOrEqual(10)
    expect(oneLine('👩‍👩‍👧‍👦'.repeat(100), 30)).toBe(`${'👩‍👩‍👧‍👦'.repeat(2)}…`)
  })

  it('is replaced when nothing is left of it', () => {
    expect(letterTo({ applicantName: '👍' }).text).toContain('Kính gửi Quý công dân,')
  })
})
