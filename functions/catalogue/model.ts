import * as z from 'zod'
import { dateText, type Instant } from '../../shared/time.ts'
import { answerPointer, form } from './form-schema.ts'
import { named } from './names.ts'

/** Mã thủ tục hành chính: national `1.004222`, local `….000.00.00.Hnn`, and of a service `….NN`. */
export const procedureCodePattern = /^\d\.\d{6}(?:\.000\.00\.00\.[A-Y]\d{2})?(?:\.\d{2})?$/
export const procedureCode = z.string().regex(procedureCodePattern).describe('Mã thủ tục hành chính')

/** Mức độ dịch vụ công: cung cấp thông tin, một phần, toàn trình. */
export const levels = ['information', 'partial', 'full'] as const

/** Ways a dossier comes in. */
export const channels = ['online', 'counter', 'post', 'kiosk', 'assisted', 'npsp'] as const
export type Channel = (typeof channels)[number]

/** Channels in which the citizen fills the electronic form; they have the online fee. */
export const onlineChannels: readonly Channel[] = ['online', 'kiosk', 'assisted', 'npsp']

/** Đối tượng thực hiện. */
export const audiences = [
  'citizen',
  'overseas-vietnamese',
  'foreigner',
  'household-business',
  'enterprise',
  'cooperative',
  'organisation',
  'official',
] as const

const code = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/)
const scalar = z.union([z.string(), z.number(), z.boolean()])

/** Lĩnh vực. */
const field = z.strictObject({ code: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$/), ...named })

/** Căn cứ pháp lý: number of the text, for example `75/2022/TT-BTC`. */
const legalText = z.strictObject({
  number: z.string().min(1).max(60),
  ...named,
  articles: z.string().min(1).max(200).optional(),
})

/** Trường hợp: one code can hold several cases with papers and demands of their own. */
const procedureCase = z.strictObject({
  code,
  ...named,
  /** Answers that this case demands beyond the form's own rules. */
  requires: z.array(answerPointer).optional(),
})

/** Thành phần hồ sơ. */
export const component = z.strictObject({
  id: code,
  ...named,
  required: z.boolean(),
  /** `eform` is the form itself: the answers are it, no file is attached for it. */
  kind: z.enum(['original', 'copy', 'eform']),
  copies: z.int().min(1),
  /** Where it may come from. `database:<name>`: the officer looks the fact up, the paper is replaced. */
  sources: z.array(z.union([z.enum(['upload', 'warehouse']), z.templateLiteral(['database:', z.string()])])),
  /** Cases it belongs to; absent: all. */
  cases: z.array(code).min(1).optional(),
  /** Media types, when narrower than what the province accepts. */
  acceptedTypes: z.array(z.string().min(3).max(120)).min(1).optional(),
  /** Required only while the answer at the pointer is one of these. */
  conditionalOn: z.strictObject({ pointer: answerPointer, oneOf: z.array(scalar).min(1) }).optional(),
})
export type Component = z.infer<typeof component>

/** The class of a payer who said nothing about being another. */
export const standardClass = 'standard'

/** Mức phí, lệ phí of one code for some channels, payers and dates. Two that overlap are a mistake. */
export const feeRule = z.strictObject({
  code,
  kind: z.enum(['phi', 'le-phi']).describe('Phí hoặc lệ phí (Luật Phí và lệ phí)'),
  ...named,
  channels: z.array(z.enum(channels)).min(1),
  subjectClasses: z.array(code).min(1),
  cases: z.array(code).min(1).optional(),
  /** What is counted. Pages are those of the original and are charged for every copy. */
  unit: z.enum(['case', 'copy', 'page', 'person']),
  amount: z.int().min(0).max(1_000_000_000).describe('Đồng, for each unit'),
  /** From the n-th unit on another amount. */
  tiers: z
    .array(z.strictObject({ from: z.int().min(2), amount: z.int().min(0).max(1_000_000_000) }))
    .min(1)
    .optional(),
  /** The most for all units; for pages, the most for one copy. */
  cap: z.int().min(1).optional(),
  /** First and last day, both inclusive, of the Vietnamese calendar. */
  validFrom: dateText,
  validTo: dateText.optional(),
  legalBasis: z.string().min(1).max(300),
  note: z.string().min(1).max(500).optional(),
})
export type FeeRule = z.infer<typeof feeRule>

const units = z.enum(['workingHours', 'workingDays', 'calendarDays'])

/** Thời hạn giải quyết. */
export const timeLimit = z.strictObject({
  value: z.int().min(1).max(1_000),
  unit: units,
  /** The result is due by the end of the working day on which counting starts. */
  sameDay: z.literal(true).optional(),
  /** When counting starts: at once, or on the next working day for what comes late in the day. */
  startRule: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('immediate') }),
    z.strictObject({ kind: z.literal('cutoff'), at: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/) }),
    z.strictObject({ kind: z.literal('lastHour') }),
  ]),
  /** How much longer when something must be verified. */
  verifyExtension: z.strictObject({ value: z.int().min(1), unit: units }).optional(),
  restartAfterSupplement: z.boolean(),
  legalBasis: z.string().min(1).max(300),
})

/** The national record of a procedure (thủ tục hành chính), before a province adds its overlay. */
export const nationalRecord = z.strictObject({
  code: procedureCode,
  ...named,
  field,
  audience: z.array(z.enum(audiences)).min(1),
  essential: z.boolean().describe('Dịch vụ công thiết yếu (Đề án 06)'),
  legalBasis: z.array(legalText).min(1),
  cases: z.array(procedureCase),
  form,
  /** Where in the answers messages find the person who applies. */
  contact: z.strictObject({ email: answerPointer, phone: answerPointer }),
  applicantName: answerPointer.optional(),
  components: z.array(component).min(1),
  /** Classes of payers a fee rule may name. */
  feeClasses: z.array(z.strictObject({ code, ...named })).min(1),
  /** Where in the answers the numbers are that a fee depends on; a list counts its rows. */
  feeFactors: z.strictObject({
    copies: answerPointer.optional(),
    pages: answerPointer.optional(),
    persons: answerPointer.optional(),
    subjectClass: answerPointer.optional(),
  }),
  fees: z.array(feeRule),
  timeLimit,
  channels: z.array(z.enum(channels)).min(1),
  results: z.array(z.strictObject({ code: z.string().min(1).max(60).optional(), ...named })).min(1),
})
export type NationalRecord = z.infer<typeof nationalRecord>

/** National record and provincial overlay in one, checked, not yet published. */
export const draftProcedure = nationalRecord.extend({
  level: z.enum(levels),
  levelReason: z.string().optional(),
  levelReasonEn: z.string().optional(),
  /** Cơ quan giải quyết, with the names they have when this is published. */
  agencies: z.array(z.strictObject({ code: z.string(), ...named })).min(1),
})
export type DraftProcedure = z.infer<typeof draftProcedure>

/** A version in the catalogue. It never changes again: dossiers are judged by the version they name. */
export interface PublishedProcedure extends DraftProcedure {
  version: number
  validFrom: Instant
  publishedAt: Instant
}

/** One line of the head of a procedure. */
export interface VersionLine {
  number: number
  validFrom: Instant
  contentHash: string
}

/** What the list shows of a version. */
export type Summary = Pick<
  PublishedProcedure,
  | 'code'
  | 'name'
  | 'nameEn'
  | 'field'
  | 'level'
  | 'agencies'
  | 'timeLimit'
  | 'audience'
  | 'version'
  | 'essential'
> & { fees: Omit<FeeRule, 'legalBasis' | 'note'>[] }

/** A procedure in the list: the version in force when it was last published, and those to come. */
export interface ListEntry {
  code: string
  versions: { number: number; validFrom: Instant; summary: Summary }[]
}

export interface Head {
  code: string
  /** Of the last event; the next publication takes the next one. */
  sequence: number
  versions: VersionLine[]
}

/** One publication: everything it writes is written together, or nothing. */
export interface Publication {
  procedure: PublishedProcedure
  contentHash: string
  /** The head that was seen; undefined when there was none. Another head refuses the publication. */
  seen: Head | undefined
  entry: ListEntry
  correlationId: string
}

export interface CatalogueStore {
  head(code: string): Promise<Head | undefined>
  version(code: string, number: number): Promise<PublishedProcedure | undefined>
  /** False when somebody else published since the head was seen. */
  publish(publication: Publication): Promise<boolean>
  /** Entries by code, at most `most` of them read, and whether more follow. */
  entries(after: string | undefined, most: number): Promise<{ entries: ListEntry[]; more: boolean }>
}
