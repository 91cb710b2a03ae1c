import type { Bilingual } from '../../shared/text.ts'
import { rejectTexts } from './inspection/reject-texts.ts'
import type { Document, DocumentView, ReasonCode } from './model.ts'

/** What the owner is told for each reason: what is wrong and what to do. */
export const reasonTexts: Record<ReasonCode, Bilingual> = {
  ...rejectTexts,
  'upload-missing': {
    vi: 'Tệp đã tải lên không còn trong nơi kiểm tra nên chưa kiểm tra được. Vui lòng tải tệp lên lại.',
    en: 'The uploaded file was no longer there to be inspected. Please upload it again.',
  },
  'upload-abandoned': {
    vi: 'Tệp chưa được tải lên xong trong thời gian quy định nên lượt tải đã bị hủy. Vui lòng tải tệp lên lại.',
    en: 'The upload was not completed in time and was cancelled. Please upload the file again.',
  },
}

export const viewOf = (document: Document): DocumentView => ({
  id: document.id,
  state: document.state,
  reason: document.reason === null ? null : { code: document.reason, ...reasonTexts[document.reason] },
  fileName: document.fileName,
  contentType: document.contentType,
  size: document.size,
  sha256: document.sha256,
  signatures: [],
  boundTo: document.boundTo,
  version: document.version,
  createdAt: document.createdAt,
})
