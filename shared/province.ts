import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { actors } from './contract.ts'
import { bilingual } from './text.ts'
import { dateText } from './time.ts'

/**
 * Mã định danh điện tử of an agency (Decision 20/2020/QĐ-TTg, art. 4): today's form `H42.101`, read from left
 * to right, or the older one still in running systems, `000.00.12.H40`. At most 35 characters.
 */
export const agencyCode = z
  .string()
  .max(35)
  .regex(/^(?:(?:\d{3}\.\d{2}\.\d{2,3}\.)?[A-Y]\d{2}(?:\.[0-9A-Z]{2,3}){0,8})$/)

const agency = z.strictObject({
  code: agencyCode,
  name: bilingual,
  level: z.enum(['province', 'commune']),
  address: z.string().min(1),
  /** An agency exists from one date to another; merged units stay known for old dossiers. */
  validFrom: dateText,
  validTo: dateText.optional(),
  replacedBy: agencyCode.optional(),
})
export type Agency = z.infer<typeof agency>

const issuer = z.strictObject({
  iss: z.url(),
  jwksUri: z.url(),
  audience: z.string().min(1),
  /** Pinned: a token signed in any other way is refused. */
  algorithms: z.array(z.enum(['RS256', 'PS256', 'ES256'])).min(1),
  /** The only actors this issuer may mint. */
  actors: z.array(z.enum(actors)).min(1),
  /** Its claim names for ours, for example `{ "personal_id": "SoDinhDanh" }`. */
  claims: z.record(z.string(), z.string()).default({}),
})
export type Issuer = z.infer<typeof issuer>

/** What a province sets for one national procedure: who resolves it, at which level, with which changes. */
const overlay = z.strictObject({
  level: z.enum(['information', 'partial', 'full']),
  /** Why the procedure is not offered full-online (toàn trình). */
  levelReason: bilingual.optional(),
  agencies: z.array(agencyCode).min(1),
  channels: z
    .array(z.enum(['online', 'counter', 'post', 'kiosk', 'assisted', 'npsp']))
    .min(1)
    .optional(),
  /** Replaces the national time limit where the province promises a shorter one. Working hours or days. */
  timeLimitValue: z.int().min(1).optional(),
  validFrom: dateText,
})
export type Overlay = z.infer<typeof overlay>

export const provinceSchema = z.strictObject({
  /** Two-digit code of the table in force since 1 July 2025. */
  code: z.string().regex(/^\d{2}$/),
  name: bilingual,
  environment: z.enum(['production', 'staging', 'sandbox']),
  aws: z.strictObject({
    account: z
      .string()
      .regex(/^\d{12}$/)
      .optional(),
    region: z.string().min(1),
  }),
  /** Where the province's public pages live; links in messages start here. */
  publicUrl: z.url(),
  agencies: z.array(agency).min(1),
  issuers: z.array(issuer).min(1),
  cors: z.strictObject({ origins: z.array(z.url()).min(1) }),
  mail: z.strictObject({ from: z.email(), name: z.string().min(1), replyTo: z.email().optional() }),
  documents: z.strictObject({
    maxFileBytes: z.int().min(1),
    maxDossierBytes: z.int().min(1),
    maxDossierFiles: z.int().min(1).max(40),
    /** Uploads never completed are cleaned up after this many hours. */
    abandonedAfterHours: z.int().min(1),
  }),
  concurrency: z.strictObject({ inspect: z.int().min(1), notify: z.int().min(1) }),
  logRetentionMonths: z.int().min(12),
  procedures: z.record(z.string(), overlay),
})
export type Province = z.infer<typeof provinceSchema>

/** Reads and checks a province file; every mistake in it is named with its place. */
export const readProvince = (path: string): Province => {
  const result = provinceSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`the province file ${path} is wrong:\n${problems.join('\n')}`)
}

/** The agency of a code on a date, or undefined when there was none. */
export const agencyOn = (province: Province, code: string, date: string): Agency | undefined =>
  province.agencies.find(
    (a) => a.code === code && a.validFrom <= date && (a.validTo === undefined || date <= a.validTo),
  )
