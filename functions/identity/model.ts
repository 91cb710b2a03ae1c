import * as z from 'zod'
import { actors } from '../../shared/contract.ts'
import { agencyCode } from '../../shared/province.ts'

/** Số định danh cá nhân: twelve digits (Law on Identification 26/2023/QH15). */
export const personalId = z.string().regex(/^\d{12}$/)

const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3]

const checkDigitHolds = (code: string): boolean => {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(code[index]), 0)
  return 10 - (sum % 11) === Number(code[9])
}

/**
 * Mã số thuế of an organisation (Circular 86/2024/TT-BTC, art. 5): ten digits of which the last checks the
 * others, or thirteen for a branch, with or without a hyphen; or the twelve digits of the personal number,
 * which stands for the tax code of household businesses since 1 July 2025. Separators are taken out.
 */
export const orgTaxCode = z
  .string()
  .max(20)
  .transform((text) => text.replace(/[ .-]/g, ''))
  .refine(
    (code) =>
      /^\d{12}$/.test(code) ||
      (/^\d{10}(\d{3})?$/.test(code) &&
        !code.slice(2).startsWith('0000000') &&
        !/^\d{10}000$/.test(code) &&
        checkDigitHolds(code)),
  )

const shown = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text))

const person = z.object({ sub: shown, name: shown, azp: shown.optional() })

/** The level of assurance as issuers write it: a number or its digit as text. */
const loa = z
  .union([z.literal([1, 2]), z.literal(['1', '2'])])
  .transform((value): 1 | 2 => (Number(value) === 2 ? 2 : 1))

const citizen = person.extend({
  actor: z.literal('citizen'),
  personal_id: personalId,
  loa,
  org_tax_code: orgTaxCode.optional(),
})
const officer = person.extend({
  actor: z.literal('officer'),
  agency: agencyCode,
  roles: z.array(z.enum(['receiver', 'handler', 'approver', 'cashier'])).max(10),
})
const operator = person.extend({ actor: z.literal('operator') })
const portal = person.extend({ actor: z.literal('portal'), portal_id: z.string().regex(/^[\w.:-]{1,64}$/) })

/** What a token must say about its bearer, under our names. */
export const claims = z.discriminatedUnion('actor', [citizen, officer, operator, portal])
export type Claims = z.output<typeof claims>

export const actorClaim = z.enum(actors)

/** Every claim we read. An issuer's `claims` may give any of them another name. */
export const claimNames = [
  'sub',
  'name',
  'azp',
  'actor',
  'personal_id',
  'loa',
  'org_tax_code',
  'agency',
  'roles',
  'portal_id',
] as const
