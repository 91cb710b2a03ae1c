import * as z from 'zod'
import { defineContract, idText, pageOf, pageQuery } from '../../shared/contract.ts'
import { agencyCode } from '../../shared/province.ts'
import { attachment, channels, dossierStates, feeLine, waitingOn } from './model.ts'
import { manifest, publicKey, receipt } from './receipt.ts'

const procedureCode = z
  .string()
  .max(40)
  .regex(/^\d\.\d{6}(?:\.000\.00\.00\.[A-Y]\d{2})?(?:\.\d{2})?$/)
  .describe('Mã thủ tục hành chính')

const answers = z
  .record(z.string().min(1).max(100), z.unknown())
  .describe('Nội dung khai theo biểu mẫu của thủ tục; nhiều nhất 128 KB')

const given = z.strictObject({
  componentId: z.string().min(1).max(64),
  documentId: idText.describe('Mã tài liệu đã tải lên'),
})
const components = z.array(given).max(60).describe('Thành phần hồ sơ và tệp đã tải lên')

const patchComponents = z
  .array(
    z.strictObject({ componentId: given.shape.componentId, documentId: given.shape.documentId.nullable() }),
  )
  .max(60)
  .describe('Thay các tệp của những thành phần được nêu; documentId null để bỏ tệp')

const summary = z.object({
  id: z.string(),
  code: z.string().nullable().describe('Mã số hồ sơ; có sau khi nộp'),
  state: z.enum(dossierStates),
  nationalStatus: z.int().nullable().describe('Trạng thái hồ sơ theo Cổng Dịch vụ công quốc gia (1 đến 10)'),
  procedureCode,
  procedureName: z.string(),
  caseCode: z.string().nullable().describe('Trường hợp của thủ tục'),
  agency: z.string().describe('Cơ quan giải quyết'),
  channel: z.enum(channels),
  version: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  submittedAt: z.string().nullable(),
})

const view = summary.extend({
  procedureVersion: z.int(),
  receivingAgency: z.string().describe('Cơ quan tiếp nhận'),
  answers: z.record(z.string(), z.unknown()),
  components: z.array(attachment),
  setAside: z
    .object({ answers: z.record(z.string(), z.unknown()), components: z.array(attachment) })
    .nullable()
    .describe('Nội dung giữ lại mà phiên bản thủ tục hiện tại không hỏi nữa'),
  fees: z.array(feeLine).describe('Phí, lệ phí được chốt tại thời điểm nộp'),
  dueAt: z.string().nullable().describe('Thời điểm hẹn trả; null khi chưa tính thời hạn'),
  waitingOn,
  receiptId: z.string().nullable(),
  trackingPin: z.string().nullable().describe('Mã tra cứu 8 ký tự; có sau khi nộp'),
})
export type DossierView = z.infer<typeof view>
export type DossierSummary = z.infer<typeof summary>

const byId = z.strictObject({ id: idText })

export const createDossier = defineContract({
  id: 'createDossier',
  method: 'POST',
  path: '/v1/dossiers',
  auth: ['citizen'],
  tag: 'dossiers',
  summary: { vi: 'Tạo hồ sơ nháp', en: 'Begin a dossier' },
  description:
    'Creates a draft of the version of the procedure that is in force. `agency` is the resolving agency, one of those that the procedure lists. Everything but procedure and agency may come later.',
  body: z.strictObject({
    procedureCode,
    caseCode: z.string().min(1).max(40).optional(),
    agency: agencyCode,
    receivingAgency: agencyCode.optional(),
    answers: answers.optional(),
    components: components.optional(),
    channel: z.enum(['online', 'kiosk']).default('online'),
  }),
  response: { status: 201, schema: view },
  errors: [],
  idempotent: true,
  versioned: true,
})

export const patchDossier = defineContract({
  id: 'patchDossier',
  method: 'PATCH',
  path: '/v1/dossiers/{id}',
  auth: ['citizen'],
  tag: 'dossiers',
  summary: { vi: 'Sửa hồ sơ nháp', en: 'Change a draft' },
  description:
    'JSON merge patch (RFC 7396) over `answers`: null removes, arrays replace. `components` replaces the files of the components it names. Without `If-Match` the last write wins for each field, so that two devices never lose each other’s fields. `procedureVersion` moves the draft to the version in force and keeps every answer.',
  params: byId,
  body: z.strictObject({
    caseCode: z.string().min(1).max(40).nullable().optional(),
    answers: answers.optional(),
    components: patchComponents.optional(),
    procedureVersion: z.int().min(1).optional(),
  }),
  response: { status: 200, schema: view },
  errors: ['not-found', 'invalid-transition', 'submission-in-progress', 'version-conflict'],
  idempotent: false,
  versioned: true,
})

export const submitDossier = defineContract({
  id: 'submitDossier',
  method: 'POST',
  path: '/v1/dossiers/{id}/submit',
  auth: ['citizen'],
  tag: 'dossiers',
  summary: { vi: 'Nộp hồ sơ', en: 'Submit a dossier' },
  description:
    'Checks the answers against the pinned form, the components against the procedure and every file against what was inspected; then numbers the dossier and answers with a signed receipt. When something is missing or wrong nothing changes and every item is named.',
  params: byId,
  body: z.strictObject({
    declaration: z
      .boolean()
      .refine((given) => given, { params: { code: 'declaration-required' } })
      .meta({ examples: [true] })
      .describe('Cam đoan nội dung khai là đúng sự thật'),
    consents: z.array(z.string().min(1).max(100)).max(20).optional(),
  }),
  response: { status: 200, schema: z.object({ dossier: view, receipt }) },
  errors: [
    'not-found',
    'invalid-transition',
    'version-conflict',
    'dossier-incomplete',
    'procedure-changed',
    'idempotency-in-progress',
  ],
  idempotent: true,
  versioned: 'dossier',
})

export const listDossiers = defineContract({
  id: 'listDossiers',
  method: 'GET',
  path: '/v1/dossiers',
  auth: ['citizen'],
  tag: 'dossiers',
  summary: { vi: 'Hồ sơ của tôi', en: 'My dossiers' },
  description:
    'Newest first. A dossier appears within a second of its creation; `GET` by id shows it at once.',
  query: pageQuery,
  response: { status: 200, schema: pageOf(summary) },
  errors: [],
  idempotent: false,
})

export const getDossier = defineContract({
  id: 'getDossier',
  method: 'GET',
  path: '/v1/dossiers/{id}',
  auth: ['citizen'],
  tag: 'dossiers',
  summary: { vi: 'Xem hồ sơ', en: 'A dossier' },
  params: byId,
  response: { status: 200, schema: view },
  errors: ['not-found'],
  idempotent: false,
  versioned: true,
})

export const getTimeline = defineContract({
  id: 'getTimeline',
  method: 'GET',
  path: '/v1/dossiers/{id}/timeline',
  auth: ['citizen'],
  tag: 'dossiers',
  summary: { vi: 'Lịch sử xử lý', en: 'What happened to a dossier' },
  description:
    'Oldest first. Each line carries `hash = SHA-256(previousHash ‖ JCS({seq,at,actor,type,noteHash}))` in hex; the first `previousHash` is 64 zeros and `noteHash` is the SHA-256 of the note (of the empty text without one).',
  params: byId,
  query: pageQuery,
  response: {
    status: 200,
    schema: pageOf(
      z.object({
        seq: z.int(),
        at: z.string(),
        actor: z.string(),
        type: z.string(),
        note: z.string().nullable(),
        hash: z.string(),
        previousHash: z.string(),
      }),
    ),
  },
  errors: ['not-found'],
  idempotent: false,
})

export const trackDossier = defineContract({
  id: 'trackDossier',
  method: 'GET',
  path: '/v1/track/{code}',
  auth: 'public',
  tag: 'public',
  summary: { vi: 'Tra cứu hồ sơ bằng mã', en: 'Track a dossier by code and PIN' },
  description:
    'A wrong PIN, an unknown code and the eleventh wrong try within an hour answer alike: 404. The PIN is in the message that confirmed the submission.',
  params: z.strictObject({ code: z.string().min(1).max(64) }),
  query: z.strictObject({ pin: z.string().min(1).max(32) }),
  response: {
    status: 200,
    schema: z.object({
      code: z.string(),
      state: z.enum(dossierStates),
      nationalStatus: z.int().nullable(),
      procedureName: z.string(),
      agency: z.object({ code: z.string(), name: z.string() }),
      submittedAt: z.string().nullable(),
      dueAt: z.string().nullable(),
      waitingOn,
    }),
  },
  errors: ['not-found'],
  idempotent: false,
  throttle: { rate: 20, burst: 40 },
})

export const getReceipt = defineContract({
  id: 'getReceipt',
  method: 'GET',
  path: '/v1/receipts/{id}',
  auth: 'public',
  tag: 'public',
  summary: { vi: 'Kiểm tra biên nhận nộp hồ sơ', en: 'Verify a submission receipt' },
  description:
    'Shows the manifest, whether the signature holds and whether anything stored differs today. Compares stored hashes and object heads; no file is read again.',
  params: byId,
  response: {
    status: 200,
    schema: z.object({
      id: z.string(),
      manifest,
      jws: z.string(),
      signatureValid: z.boolean(),
      unchanged: z.boolean(),
      differences: z.array(
        z.object({
          what: z.enum(['answers', 'file', 'files']),
          componentId: z.string().optional(),
          sha256: z.string().optional(),
          problem: z.enum(['missing', 'altered']).optional(),
        }),
      ),
      checkedAt: z.string(),
    }),
  },
  errors: ['not-found'],
  idempotent: false,
  throttle: { rate: 20, burst: 40 },
})

export const getKeys = defineContract({
  id: 'getKeys',
  method: 'GET',
  path: '/v1/keys',
  auth: 'public',
  tag: 'public',
  summary: { vi: 'Khóa công khai của biên nhận', en: 'Public keys of the receipts' },
  description: 'A JWK set (RFC 7517) with the present receipt key and every earlier one.',
  response: {
    status: 200,
    schema: z.object({ keys: z.array(publicKey) }),
  },
  errors: [],
  idempotent: false,
  cacheSeconds: 300,
})

export const dossierContracts = [
  createDossier,
  listDossiers,
  getDossier,
  patchDossier,
  submitDossier,
  getTimeline,
  trackDossier,
  getReceipt,
  getKeys,
] as const
