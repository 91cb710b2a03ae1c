import * as z from 'zod'
import { money } from '../../shared/money.ts'
import { bilingual } from '../../shared/text.ts'

export const dossierStates = ['draft', 'submitted'] as const
export type DossierState = (typeof dossierStates)[number]

/** How a dossier came: the national codes are 1 direct, 2 online, 3 post. */
export const channels = ['online', 'counter', 'post', 'kiosk', 'assisted', 'npsp'] as const
export type Channel = (typeof channels)[number]

export type Answers = Record<string, unknown>

/** Canonical bytes of answers a dossier may carry. */
export const maxAnswersBytes = 128 * 1024

/** A file given for a component (thành phần hồ sơ), as it was declared; inspection holds it to that. */
export const attachment = z.object({
  componentId: z.string(),
  documentId: z.string(),
  fileName: z.string(),
  contentType: z.string(),
  size: z.int(),
  sha256: z.string(),
})
export type Attachment = z.infer<typeof attachment>

export const feeLine = z.object({
  code: z.string(),
  /** Phí (a price for a service) and lệ phí (a charge) are booked apart. */
  kind: z.enum(['phi', 'le-phi']),
  name: z.string(),
  amount: money.shape.amount,
  currency: money.shape.currency,
})
export type FeeLine = z.infer<typeof feeLine>

/** What the citizen says: changes with every PATCH while it is a draft and never again after submission. */
export interface Content {
  /** The version of the head this content belongs to. */
  version: number
  answers: Answers
  components: Attachment[]
  /** Answers and files that the present version of the procedure no longer asks for: kept, not submitted. */
  aside: { answers: Answers; components: Attachment[] } | null
  applicant: { name: string; personalId: string }
}

/** A running submission. Whoever holds the token may finish it; after `until` another may take over. */
export interface Claim {
  token: string
  until: string
}

/** The part of a dossier that its life moves; small, because every transition pays for its whole size. */
export interface Head {
  id: string
  ownerRef: string
  state: DossierState
  version: number
  procedureCode: string
  procedureVersion: number
  procedureName: string
  caseCode: string | null
  agency: string
  receivingAgency: string
  channel: Channel
  clientApp: string | null
  createdAt: string
  updatedAt: string
  /** Number of events published about this dossier. */
  sequence: number
  /** Number and hash of the last history line. */
  historySeq: number
  historyHash: string
  claim?: Claim
  /** A number taken by an attempt that could not be finished; the next attempt of that day uses it. */
  reservedCode?: string
  code?: string
  submittedAt?: string
  receiptId?: string
  fees?: FeeLine[]
}

/** Who must act now, since when, until when, why, and what the reader can do. */
export const waitingOn = z.object({
  actor: z.enum(['citizen', 'agency', 'system']),
  since: z.string(),
  dueAt: z.string().nullable(),
  reason: bilingual,
  whatYouCanDo: bilingual,
})
export type WaitingOn = z.infer<typeof waitingOn>

const waiting: Readonly<Record<DossierState, Pick<WaitingOn, 'actor' | 'reason' | 'whatYouCanDo'>>> = {
  draft: {
    actor: 'citizen',
    reason: { vi: 'Hồ sơ đang soạn, chưa nộp.', en: 'The dossier is a draft and not submitted yet.' },
    whatYouCanDo: {
      vi: 'Điền đủ thông tin, tải lên giấy tờ rồi nộp hồ sơ.',
      en: 'Fill in the form, upload the papers, then submit.',
    },
  },
  submitted: {
    actor: 'agency',
    reason: {
      vi: 'Hồ sơ đã nộp, đang chờ bộ phận một cửa tiếp nhận.',
      en: 'The dossier is submitted and waits for the one-stop unit to receive it.',
    },
    whatYouCanDo: {
      vi: 'Bạn chưa phải làm gì thêm. Kết quả tiếp nhận sẽ được thông báo cho bạn.',
      en: 'Nothing for now. You will be told when it is received.',
    },
  },
}

export const waitingOnOf = (head: Head): WaitingOn => ({
  ...waiting[head.state],
  since: head.submittedAt ?? head.createdAt,
  dueAt: null,
})
