import * as z from 'zod'

/** A text for people in the two languages the system speaks. Vietnamese is the default everywhere. */
export const bilingual = z.object({ vi: z.string().min(1), en: z.string().min(1) })
export type Bilingual = z.infer<typeof bilingual>
export type Language = keyof Bilingual

/** Picks the language of an `Accept-Language` header: English only when it is preferred to Vietnamese. */
export const languageOf = (header: string | undefined): Language => {
  if (!header) return 'vi'
  const weights: Record<Language, number> = { vi: -1, en: -1 }
  for (const part of header.slice(0, 200).split(',')) {
    const [tag = '', ...options] = part.trim().toLowerCase().split(';')
    const language = tag.trim().split('-')[0]
    const weight = Number(/q=([\d.]+)/.exec(options.join(';'))?.[1] ?? 1)
    if ((language === 'vi' || language === 'en') && weight > weights[language]) weights[language] = weight
  }
  return weights.en > 0 && weights.en > weights.vi ? 'en' : 'vi'
}

/** Puts values into `{name}` places of a text. A place without a value stays empty. */
export const fill = (text: string, values: Readonly<Record<string, string | number | undefined>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(values, name) ? String(values[name] ?? '') : '',
  )

/** The beginning of a text, never ending in half of a sign that takes two code units. */
export const firstSigns = (text: string, count: number): string => [...text].slice(0, count).join('')

/**
 * Letters without diacritics, lower case, one space between words: what a search compares, so that
 * "dang ky thuong tru" finds "Đăng ký thường trú". Đ has no decomposition in Unicode and is folded by hand.
 */
export const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}.]+/gu, ' ')
    .trim()
