import * as z from 'zod'
import { agencyCode } from './agency-code.ts'
import { calendar } from './calendar.ts'
import { actors } from './contract.ts'
import { bilingual } from './text.ts'
import { dateText } from './time.ts'

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

/** The firewall in front of the API, for a province that has a domain for it. */
const edge = z.strictObject({
  /** The address under which portals and payment providers reach the API. */
  domain: z
    .string()
    .regex(
      /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){2,}[a-z]{2,}$/,
      'write the name of a host, as api.example.gov.vn',
    ),
  /** Of that domain. CloudFront takes certificates from us-east-1 only. */
  certificateArn: z
    .string()
    .regex(
      /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]{36}$/,
      'take the ARN of a certificate in us-east-1',
    ),
  /** Requests of one address in five minutes. Offices and mobile networks share addresses: not too few. */
  requestsPerFiveMinutes: z.int().min(100).max(2_000_000),
})

/** A province file, each member by itself; what they must be to each other is in `province-rules.ts`. */
export const provinceShape = z.strictObject({
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
  /** Without it the API is reached under the address of API Gateway, with throttles and without a firewall. */
  edge: edge.optional(),
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
  /** Paying online; a province without it takes no payments. */
  payments: z
    .strictObject({
      /** By name, as the payment context knows them. */
      providers: z.array(z.string().min(1)),
      /** Where a provider may send people back to; an address that ends in `/` allows everything below it. */
      returnUrls: z.array(z.url()).min(1),
      /** An attempt to pay runs out after this many minutes. */
      expiryMinutes: z.int().min(5).max(1440).default(15),
    })
    .optional(),
  /** How many run at once. A queue cannot be told to feed fewer than 2. */
  concurrency: z.strictObject({
    inspect: z.int().min(2, 'give at least 2: a queue feeds no fewer'),
    notify: z.int().min(2, 'give at least 2: a queue feeds no fewer'),
    /** Kept free for payment providers, whatever else is busy. */
    paymentWebhook: z.int().min(1),
  }),
  /** Decree 53/2022/NĐ-CP, art. 26: what concerns users is kept for at least 24 months. */
  logRetentionMonths: z.int().min(24, 'keep logs for at least 24 months'),
  calendar,
  procedures: z.record(z.string(), overlay),
})
export type Province = z.infer<typeof provinceShape>
