import type { Language } from '../../shared/text.ts'
import type { Part } from './template.ts'

/** What every letter begins and ends with. */
export const frame: Record<Language, { greeting: Part; closing: readonly Part[]; heading: string }> = {
  vi: {
    heading: 'Tiếng Việt',
    greeting: { kind: 'paragraph', text: 'Kính gửi {name},' },
    closing: [
      {
        kind: 'paragraph',
        text: 'Khi cần giúp đỡ, xin liên hệ {agency} và cho biết mã hồ sơ {code}, hoặc liên hệ qua {contact}. Thư này được gửi tự động.',
      },
      { kind: 'paragraph', text: 'Trân trọng,' },
      { kind: 'paragraph', text: '{office} – {site}' },
    ],
  },
  en: {
    heading: 'English',
    greeting: { kind: 'paragraph', text: 'Dear {name},' },
    closing: [
      {
        kind: 'paragraph',
        text: 'For help, contact {agency} and quote dossier {code}, or use {contact}. This letter was sent automatically.',
      },
      { kind: 'paragraph', text: '{office} – {site}' },
    ],
  },
}
