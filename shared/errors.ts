import type { Bilingual } from './text.ts'

interface ErrorKind {
  status: number
  title: Bilingual
  /** What happened and what to do. `{name}` is filled from the error's params. */
  detail: Bilingual
}

/** Every error a caller can be told of. One table, so that a status or a text is never written twice. */
export const errorKinds = {
  'malformed-request': {
    status: 400,
    title: { vi: 'Yêu cầu không đọc được', en: 'The request cannot be read' },
    detail: {
      vi: 'Hệ thống không đọc được yêu cầu: {why}. Hãy kiểm tra và gửi lại.',
      en: 'The request cannot be parsed: {why}. Check it and send it again.',
    },
  },
  'idempotency-key-required': {
    status: 400,
    title: { vi: 'Thiếu khóa chống gửi trùng', en: 'Idempotency-Key is required' },
    detail: {
      vi: 'Hãy gửi tiêu đề Idempotency-Key gồm 1 đến 128 ký tự in được; gửi lại cùng khóa khi thử lại.',
      en: 'Send an Idempotency-Key header of 1 to 128 printable characters, and the same key when you retry.',
    },
  },
  'preview-not-supported': {
    status: 400,
    title: { vi: 'Không hỗ trợ xem trước', en: 'Preview is not supported' },
    detail: {
      vi: 'Thao tác này không có chế độ xem trước. Hãy bỏ tiêu đề Prefer: preview.',
      en: 'This command has no preview. Leave out the header Prefer: preview.',
    },
  },
  unauthenticated: {
    status: 401,
    title: { vi: 'Chưa đăng nhập', en: 'Not signed in' },
    detail: {
      vi: 'Phiên đăng nhập không có, đã hết hạn hoặc không được chấp nhận ({why}). Hãy đăng nhập lại.',
      en: 'The access token is missing, expired or not accepted ({why}). Sign in again.',
    },
  },
  forbidden: {
    status: 403,
    title: { vi: 'Không có quyền', en: 'Not allowed' },
    detail: {
      vi: 'Tài khoản của bạn không được dùng chức năng này. Hãy đăng nhập bằng loại tài khoản phù hợp hoặc liên hệ bộ phận một cửa.',
      en: 'Your account may not use this function. Sign in with the right kind of account, or ask the one-stop unit.',
    },
  },
  'not-found': {
    status: 404,
    title: { vi: 'Không tìm thấy', en: 'Not found' },
    detail: {
      vi: 'Không tìm thấy nội dung bạn yêu cầu. Hãy kiểm tra lại mã hồ sơ, PIN hoặc đường dẫn; nếu đã thử sai PIN nhiều lần, hãy thử lại sau một giờ.',
      en: 'There is nothing here that you can see. Check the number, the PIN or the address; after many wrong PINs try again in an hour.',
    },
  },
  'method-not-allowed': {
    status: 405,
    title: { vi: 'Phương thức không được hỗ trợ', en: 'Method not allowed' },
    detail: {
      vi: 'Địa chỉ này chỉ nhận: {allowed}.',
      en: 'This address takes only: {allowed}.',
    },
  },
  'invalid-transition': {
    status: 409,
    title: { vi: 'Không thực hiện được ở trạng thái hiện tại', en: 'Not possible in the present state' },
    detail: {
      vi: 'Trạng thái hiện tại là "{state}" nên không thực hiện được thao tác này. Hãy tải lại để xem tình trạng mới nhất.',
      en: 'Its present state is "{state}", which does not allow this. Load it again to see where it stands.',
    },
  },
  'idempotency-in-progress': {
    status: 409,
    title: { vi: 'Yêu cầu trước đang được xử lý', en: 'The first request is still at work' },
    detail: {
      vi: 'Yêu cầu cùng khóa đang được xử lý. Hãy gửi lại đúng yêu cầu này sau ít giây.',
      en: 'A request with this key is still at work. Send the same request again in a few seconds.',
    },
  },
  'submission-in-progress': {
    status: 409,
    title: { vi: 'Hồ sơ đang được nộp', en: 'The dossier is being submitted' },
    detail: {
      vi: 'Hồ sơ đang được nộp nên chưa sửa được. Hãy xem lại trạng thái hồ sơ sau ít giây.',
      en: 'The dossier is being submitted and cannot be changed now. Look at its state in a few seconds.',
    },
  },
  'procedure-changed': {
    status: 409,
    title: { vi: 'Thủ tục đã có phiên bản mới', en: 'The procedure has a new version' },
    detail: {
      vi: 'Phiên bản {version} của thủ tục đã hết hiệu lực. Hãy cập nhật hồ sơ sang phiên bản {current}: nội dung đã khai được giữ lại.',
      en: 'Version {version} of the procedure has ended. Move the draft to version {current}: what you entered is kept.',
    },
  },
  'document-in-use': {
    status: 409,
    title: { vi: 'Tài liệu đang được sử dụng', en: 'The document is in use' },
    detail: {
      vi: 'Tài liệu đang thuộc hồ sơ {dossier} nên không xóa được.',
      en: 'The document belongs to dossier {dossier} and cannot be deleted.',
    },
  },
  'upload-missing': {
    status: 409,
    title: { vi: 'Chưa nhận được tệp', en: 'The file has not arrived' },
    detail: {
      vi: 'Hệ thống chưa nhận được tệp. Hãy tải tệp lên rồi hoàn tất lại.',
      en: 'The file is not here yet. Upload it, then complete again.',
    },
  },
  'nothing-to-pay': {
    status: 409,
    title: { vi: 'Không có khoản phải nộp', en: 'Nothing to pay' },
    detail: {
      vi: 'Hồ sơ hiện không có khoản phí, lệ phí nào phải nộp. Phí, lệ phí được chốt khi hồ sơ được nộp.',
      en: 'There is no fee to pay for this dossier now. Fees are fixed when a dossier is submitted.',
    },
  },
  'already-paid': {
    status: 409,
    title: { vi: 'Đã nộp đủ', en: 'Already paid' },
    detail: {
      vi: 'Khoản phí, lệ phí này đã được nộp (giao dịch {existing}). Bạn không phải nộp lại.',
      en: 'This fee is paid (payment {existing}). Do not pay it again.',
    },
  },
  'payment-pending': {
    status: 409,
    title: { vi: 'Vừa có giao dịch khác được mở', en: 'Another payment was just opened' },
    detail: {
      vi: 'Giao dịch {existing} cho khoản này vừa được mở. Hãy dùng giao dịch đó, hoặc gửi lại yêu cầu với khóa mới để thay thế.',
      en: 'Payment {existing} for this fee was opened a moment ago. Use it, or send the request with a new key to replace it.',
    },
  },
  'payment-under-review': {
    status: 409,
    title: { vi: 'Khoản tiền đang được kiểm tra', en: 'The money is under review' },
    detail: {
      vi: 'Tiền của giao dịch {existing} đang được nhà cung cấp kiểm tra. Xin đừng nộp lại; kết quả sẽ được thông báo cho bạn.',
      en: 'The provider is checking the money of payment {existing}. Do not pay again; you will be told the result.',
    },
  },
  'version-conflict': {
    status: 412,
    title: { vi: 'Nội dung đã thay đổi', en: 'It has changed meanwhile' },
    detail: {
      vi: 'Nội dung đã được thay đổi (phiên bản hiện tại là {version}). Hãy tải lại rồi thực hiện lại.',
      en: 'It was changed meanwhile (the present version is {version}). Load it again and repeat.',
    },
  },
  'payload-too-large': {
    status: 413,
    title: { vi: 'Nội dung gửi quá lớn', en: 'The request body is too large' },
    detail: {
      vi: 'Nội dung gửi vượt quá {limit} byte. Tệp đính kèm phải tải lên qua địa chỉ tải tệp riêng.',
      en: 'The body exceeds {limit} bytes. Files are uploaded through their own upload address.',
    },
  },
  'unsupported-media-type': {
    status: 415,
    title: { vi: 'Kiểu nội dung không được hỗ trợ', en: 'Unsupported media type' },
    detail: {
      vi: 'Hãy gửi nội dung kiểu {expected}.',
      en: 'Send the body as {expected}.',
    },
  },
  'invalid-request': {
    status: 422,
    title: { vi: 'Thông tin chưa hợp lệ', en: 'Some values are not valid' },
    detail: {
      vi: 'Một số thông tin chưa hợp lệ. Hãy sửa các mục được nêu và gửi lại.',
      en: 'Some values are not valid. Correct the listed items and send again.',
    },
  },
  'idempotency-key-reused': {
    status: 422,
    title: {
      vi: 'Khóa chống gửi trùng đã dùng cho nội dung khác',
      en: 'Idempotency-Key was used for another body',
    },
    detail: {
      vi: 'Khóa này đã dùng cho một yêu cầu có nội dung khác (tạo ra {existing}). Hãy dùng khóa mới cho yêu cầu mới.',
      en: 'This key was used for a request with another body (it made {existing}). Use a new key for a new request.',
    },
  },
  'dossier-incomplete': {
    status: 422,
    title: { vi: 'Hồ sơ chưa đầy đủ', en: 'The dossier is incomplete' },
    detail: {
      vi: 'Hồ sơ còn {count} mục thiếu hoặc chưa đúng. Bản nháp vẫn được giữ nguyên; hãy bổ sung rồi nộp lại.',
      en: '{count} items are missing or wrong. The draft is untouched; mend them and submit again.',
    },
  },
  'too-many-requests': {
    status: 429,
    title: { vi: 'Quá nhiều yêu cầu', en: 'Too many requests' },
    detail: {
      vi: 'Bạn gửi quá nhiều yêu cầu. Hãy thử lại sau ít phút.',
      en: 'Too many requests. Try again in a few minutes.',
    },
  },
  internal: {
    status: 500,
    title: { vi: 'Lỗi hệ thống', en: 'Internal error' },
    detail: {
      vi: 'Hệ thống gặp lỗi ngoài dự kiến. Dữ liệu của bạn không bị mất. Khi liên hệ hỗ trợ, hãy đọc mã yêu cầu {request}.',
      en: 'Something unexpected went wrong. Nothing of yours is lost. Quote request {request} to support.',
    },
  },
  unavailable: {
    status: 503,
    title: { vi: 'Hệ thống tạm thời bận', en: 'Temporarily unavailable' },
    detail: {
      vi: 'Một dịch vụ phía sau tạm thời không phản hồi. Dữ liệu của bạn được giữ nguyên; hãy gửi lại sau ít giây.',
      en: 'A service behind us does not answer now. Nothing was changed; send the same request again shortly.',
    },
  },
} as const satisfies Record<string, ErrorKind>

export type ErrorCode = keyof typeof errorKinds

/** What can be wrong with one field. `{label}` is the name a person knows the field by. */
export const fieldProblems = {
  required: { vi: 'Chưa có {label}. Hãy bổ sung mục này.', en: '{label} is missing. Fill it in.' },
  'unknown-field': {
    vi: '{label} không thuộc nội dung này. Hãy bỏ mục này.',
    en: '{label} does not belong here. Leave it out.',
  },
  'wrong-type': {
    vi: '{label} sai kiểu dữ liệu: cần {expected}.',
    en: '{label} has the wrong type: expected {expected}.',
  },
  'too-short': {
    vi: '{label} quá ngắn: cần ít nhất {minimum}.',
    en: '{label} is too short: at least {minimum}.',
  },
  'too-long': {
    vi: '{label} quá dài: nhiều nhất {maximum}.',
    en: '{label} is too long: at most {maximum}.',
  },
  'too-small': { vi: '{label} quá nhỏ: ít nhất {minimum}.', en: '{label} is too small: at least {minimum}.' },
  'too-big': { vi: '{label} quá lớn: nhiều nhất {maximum}.', en: '{label} is too big: at most {maximum}.' },
  'not-multiple': { vi: '{label} phải là bội số của {step}.', en: '{label} must be a multiple of {step}.' },
  'bad-format': {
    vi: '{label} không đúng định dạng{expected}.',
    en: '{label} does not have the right form{expected}.',
  },
  'bad-date': {
    vi: '{label} không phải là ngày có thật dạng năm-tháng-ngày (ví dụ 2026-11-21).',
    en: '{label} is not an existing date as year-month-day (for example 2026-11-21).',
  },
  'instant-without-offset': {
    vi: '{label} phải là thời điểm ISO 8601 có múi giờ (ví dụ 2026-11-21T09:05:00+07:00).',
    en: '{label} must be an ISO 8601 instant with an offset (for example 2026-11-21T09:05:00+07:00).',
  },
  'not-allowed': {
    vi: '{label} không nằm trong các giá trị cho phép: {allowed}.',
    en: '{label} is not one of the allowed values: {allowed}.',
  },
  'declaration-required': {
    vi: 'Hãy xác nhận cam đoan nội dung khai là đúng sự thật (declaration: true) trước khi nộp.',
    en: 'Confirm that what you declared is true (declaration: true) before you submit.',
  },
  duplicate: { vi: '{label} bị lặp lại.', en: '{label} is given more than once.' },
  'not-unique': { vi: '{label} có phần tử bị trùng.', en: '{label} has equal items.' },
  'bad-text': {
    vi: '{label} chứa ký tự không hợp lệ.',
    en: '{label} contains characters that are not valid text.',
  },
  invalid: { vi: '{label} chưa hợp lệ.', en: '{label} is not valid.' },
  'bad-cursor': {
    vi: 'Vị trí trang không đọc được. Hãy tải lại danh sách từ đầu.',
    en: 'The cursor cannot be read. Start the list again.',
  },
  'procedure-unknown': {
    vi: 'Không có thủ tục mang mã này đang có hiệu lực.',
    en: 'There is no procedure with this code in force.',
  },
  'procedure-not-online': {
    vi: 'Thủ tục này chưa nhận hồ sơ qua kênh đã chọn.',
    en: 'This procedure does not take dossiers through this channel.',
  },
  'case-required': {
    vi: 'Thủ tục có nhiều trường hợp. Hãy chọn một trong: {allowed}.',
    en: 'The procedure has several cases. Choose one of: {allowed}.',
  },
  'agency-unknown': {
    vi: 'Cơ quan này không giải quyết thủ tục. Hãy chọn cơ quan trong danh sách của thủ tục.',
    en: 'This agency does not resolve the procedure. Choose one from the list of the procedure.',
  },
  'component-unknown': {
    vi: 'Thành phần hồ sơ {label} không thuộc thủ tục này.',
    en: 'The component {label} does not belong to this procedure.',
  },
  'component-missing': {
    vi: 'Thiếu giấy tờ bắt buộc: {label}. Hãy tải lên tệp của giấy tờ này.',
    en: 'A required paper is missing: {label}. Upload its file.',
  },
  'too-many-files': {
    vi: 'Hồ sơ có quá nhiều tệp: nhiều nhất {maximum} tệp.',
    en: 'Too many files in the dossier: at most {maximum}.',
  },
  'files-too-large': {
    vi: 'Tổng dung lượng tệp vượt quá {maximum}. Hãy giảm dung lượng hoặc bớt tệp.',
    en: 'The files together exceed {maximum}. Make them smaller or attach fewer.',
  },
  'file-too-large': {
    vi: 'Tệp quá lớn: nhiều nhất {maximum}.',
    en: 'The file is too large: at most {maximum}.',
  },
  'type-not-accepted': {
    vi: 'Loại tệp này không được nhận. Các loại được nhận: {allowed}.',
    en: 'This type of file is not accepted. Accepted: {allowed}.',
  },
  'document-unknown': {
    vi: 'Không tìm thấy tệp đã chọn cho {label} trong tài khoản của bạn. Hãy tải tệp lên lại.',
    en: 'The file chosen for {label} is not among yours. Upload it again.',
  },
  'document-not-uploaded': {
    vi: 'Tệp "{file}" của {label} chưa tải lên xong. Hãy tải lên lại.',
    en: 'The file "{file}" for {label} has not been uploaded completely. Upload it again.',
  },
  'document-inspecting': {
    vi: 'Tệp "{file}" của {label} đang được kiểm tra. Hãy nộp lại sau ít giây.',
    en: 'The file "{file}" for {label} is being inspected. Submit again in a few seconds.',
  },
  'document-scan-delayed': {
    vi: 'Tệp "{file}" của {label} chưa quét được mã độc. Hồ sơ được giữ nguyên; hãy nộp lại sau.',
    en: 'The file "{file}" for {label} could not be scanned yet. Your draft is kept; submit later.',
  },
  'document-rejected': {
    vi: 'Tệp "{file}" của {label} không được chấp nhận: {reason}',
    en: 'The file "{file}" for {label} was not accepted: {reason}',
  },
  'document-missing': {
    vi: 'Tệp "{file}" của {label} không còn trong kho lưu trữ. Hãy tải lên lại.',
    en: 'The file "{file}" for {label} is no longer in the store. Upload it again.',
  },
  'document-altered': {
    vi: 'Tệp "{file}" của {label} khác với tệp đã được kiểm tra. Hãy tải lên lại.',
    en: 'The file "{file}" for {label} differs from the one that was inspected. Upload it again.',
  },
} as const satisfies Record<string, Bilingual>

export type FieldProblem = keyof typeof fieldProblems

type Params = Readonly<Record<string, string | number | Bilingual | undefined>>

/** One wrong field: `pointer` (RFC 6901, into the body) or `parameter` (path, query or header). */
export interface FieldError {
  code: FieldProblem
  pointer?: string
  parameter?: string
  params?: Params
}

interface ErrorDetails {
  params?: Params
  errors?: readonly FieldError[]
  /** Seconds after which the caller may try again. */
  retryAfter?: number
  /** Further members of the problem document (RFC 9457, 3.2). */
  extensions?: Readonly<Record<string, string | number>>
  cause?: unknown
}

/** The one error that use cases and adapters throw; everything else that is thrown is a fault of ours. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    super(code, details.cause === undefined ? {} : { cause: details.cause })
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}

export const invalidRequest = (...errors: readonly FieldError[]): AppError =>
  new AppError('invalid-request', { errors })

/** RFC 6901: a pointer to a place in the body, written as a URI fragment. */
export const pointerTo = (...path: readonly PropertyKey[]): string =>
  `#${path.map((step) => `/${encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('')}`
