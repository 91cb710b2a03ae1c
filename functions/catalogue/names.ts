import * as z from 'zod'
import type { Bilingual } from '../../shared/text.ts'

/**
 * How everything in the catalogue is named: `name` is the legal name, in Vietnamese, and the English one stands
 * beside it when there is one. Portals read `name` and need not know the second language exists.
 */
export const named = {
  name: z.string().min(1).max(500).describe('Tên (tiếng Việt)'),
  nameEn: z.string().min(1).max(500).optional().describe('Name in English'),
}

/** The name in both languages, as error texts and messages want it. */
export const bothNames = (thing: { name: string; nameEn?: string | undefined }): Bilingual => ({
  vi: thing.name,
  en: thing.nameEn ?? thing.name,
})
