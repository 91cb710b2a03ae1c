import type { Province } from '../../shared/province.ts'
import { fill, type Language } from '../../shared/text.ts'
import { frame } from './frame.ts'
import { type Section, toHtml, toText } from './letter-form.ts'
import type { DossierFacts, Letter, Message } from './model.ts'
import type { Part, Template } from './template.ts'
import { inboxValues, letterValues, pagesOf } from './values.ts'

type Values = Readonly<Record<string, string>>

const filled = (part: Part, values: Values): Part => {
  const put = (text: string): string => fill(text, values)
  switch (part.kind) {
    case 'facts':
      return { kind: 'facts', rows: part.rows.map(([label, value]) => [put(label), put(value)] as const) }
    case 'list':
      return { kind: 'list', items: part.items.map(put) }
    case 'link':
      return { kind: 'link', label: put(part.label), href: put(part.href) }
    default:
      return { kind: part.kind, text: put(part.text) }
  }
}

/** Two languages in one letter, the person's own first. The subject is in that one. */
export const composeLetter = (
  template: Template,
  facts: DossierFacts,
  province: Province,
  first: Language,
): Letter => {
  const section = (language: Language): Section => {
    const values = letterValues(facts, province, language)
    const { greeting, closing, heading } = frame[language]
    return {
      language,
      heading,
      parts: [greeting, ...template.letter[language].parts, ...closing].map((part) => filled(part, values)),
    }
  }
  const sections: [Section, Section] = [section(first), section(first === 'vi' ? 'en' : 'vi')]
  const subject = fill(template.letter[first].subject, letterValues(facts, province, first))
  return { subject, text: toText(sections), html: toHtml(subject, sections) }
}

/** What the inbox keeps, in both languages: it is shown in the one the person has chosen by then. */
export const composeEntry = (
  template: Template,
  facts: DossierFacts,
  province: Province,
): Message['inbox'] => {
  const wording = (language: Language) => ({
    title: fill(template.inbox[language].title, inboxValues(facts, language)),
    text: fill(template.inbox[language].text, inboxValues(facts, language)),
  })
  const [vi, en] = [wording('vi'), wording('en')]
  return {
    title: { vi: vi.title, en: en.title },
    text: { vi: vi.text, en: en.text },
    link: pagesOf(province).tracking(facts.code),
    dossierId: facts.dossierId,
    code: facts.code,
  }
}
