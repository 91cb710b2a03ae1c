import { announcements } from '../announcements.ts'
import type { Template } from '../template.ts'

/**
 * Acknowledgement of a submission. In law a submitted dossier is recorded (ghi nhận); it is received (tiếp nhận)
 * only when the one-stop section accepts it, and the deadline runs from there. The words must not promise more.
 */
export const dossierSubmittedTemplate: Template<typeof announcements.dossierSubmitted> = {
  event: announcements.dossierSubmitted,
  legal: true,
  about: ({ citizenRef, dossierId }) => ({ person: citizenRef, dossierId }),
  letter: {
    vi: {
      subject: 'Đã ghi nhận hồ sơ nộp trực tuyến {code}',
      parts: [
        { kind: 'paragraph', text: '{office} đã ghi nhận hồ sơ Ông/Bà nộp trực tuyến:' },
        {
          kind: 'facts',
          rows: [
            ['Thủ tục', '{procedure}'],
            ['Mã hồ sơ', '{code}'],
            ['Cơ quan giải quyết', '{agency}'],
            ['Thời điểm nộp', '{submittedAt}'],
          ],
        },
        { kind: 'paragraph', text: 'Ông/Bà xem tình trạng hồ sơ bằng mã hồ sơ và mã tra cứu sau đây:' },
        { kind: 'key', text: 'Mã tra cứu (PIN): {pin}' },
        { kind: 'link', label: 'Trang tra cứu', href: '{trackingPage}' },
        {
          kind: 'paragraph',
          text: 'Xin giữ kín mã tra cứu: ai có mã này và mã hồ sơ đều xem được tình trạng hồ sơ.',
        },
        {
          kind: 'paragraph',
          text: 'Biên nhận điện tử số {receiptId} chứng minh nội dung và các tệp Ông/Bà đã nộp.',
        },
        { kind: 'link', label: 'Xác minh biên nhận', href: '{receiptPage}' },
        { kind: 'paragraph', text: 'Việc tiếp theo:' },
        {
          kind: 'list',
          items: [
            'Bộ phận một cửa kiểm tra hồ sơ, thông thường trong 8 giờ làm việc, rồi báo cho Ông/Bà: tiếp nhận, cần bổ sung, hoặc không tiếp nhận kèm lý do.',
            'Đây là xác nhận đã nộp hồ sơ, chưa phải Giấy tiếp nhận hồ sơ và hẹn trả kết quả.',
            '{due}',
            'Lúc này Ông/Bà chưa phải làm gì thêm và không cần nộp lại hồ sơ.',
          ],
        },
      ],
    },
    en: {
      subject: 'Your online dossier {code} has been recorded',
      parts: [
        { kind: 'paragraph', text: 'We have recorded the dossier you submitted online:' },
        {
          kind: 'facts',
          rows: [
            ['Procedure', '{procedure}'],
            ['Dossier code', '{code}'],
            ['Agency', '{agency}'],
            ['Submitted at', '{submittedAt}'],
          ],
        },
        { kind: 'key', text: 'Tracking code (PIN): {pin}' },
        { kind: 'link', label: 'Follow your dossier', href: '{trackingPage}' },
        { kind: 'link', label: 'Verify receipt {receiptId}', href: '{receiptPage}' },
        {
          kind: 'paragraph',
          text: 'The one-stop section now checks it, usually within 8 working hours, and tells you whether it is received, needs a supplement or is declined. {due} You need not do anything now.',
        },
      ],
    },
  },
  inbox: {
    vi: {
      title: 'Đã ghi nhận hồ sơ {code}',
      text: 'Hồ sơ "{procedure}" nộp lúc {submittedAt} đã được ghi nhận và chuyển đến {agency} để kiểm tra. {due}',
    },
    en: {
      title: 'Dossier {code} has been recorded',
      text: 'Your dossier "{procedure}", submitted at {submittedAt}, has been recorded and passed to {agency} for checking. {due}',
    },
  },
}
