import { announcements } from '../announcements.ts'
import type { Template } from '../template.ts'

/**
 * Confirmation that fees were paid. It is no biên lai điện tử: that is issued by the collecting agency in a form
 * of its own (Decree 123/2020/NĐ-CP, art. 32), and the words must not promise it.
 */
export const paymentPaidTemplate: Template<typeof announcements.paymentPaid> = {
  event: announcements.paymentPaid,
  legal: true,
  about: ({ citizenRef, dossierId, paymentId }) => ({ person: citizenRef, dossierId, paymentId }),
  letter: {
    vi: {
      subject: 'Đã nhận tiền phí, lệ phí của hồ sơ {code}',
      parts: [
        { kind: 'paragraph', text: '{office} xác nhận đã nhận tiền phí, lệ phí Ông/Bà nộp trực tuyến:' },
        {
          kind: 'facts',
          rows: [
            ['Mã hồ sơ', '{code}'],
            ['Thủ tục', '{procedure}'],
            ['Các khoản', '{feeLines}'],
            ['Tổng số tiền', '{amount}'],
            ['Thời điểm ghi nhận', '{paidAt}'],
            ['Nộp qua', '{paymentProvider}'],
            ['Số giao dịch', '{transactionNo}'],
          ],
        },
        { kind: 'link', label: 'Xem hồ sơ', href: '{trackingPage}' },
        {
          kind: 'paragraph',
          text: 'Ông/Bà không phải nộp lại khoản này. Xin giữ số giao dịch để đối chiếu khi cần; thư này không thay thế biên lai điện tử.',
        },
      ],
    },
    en: {
      subject: 'The fees of dossier {code} are paid',
      parts: [
        { kind: 'paragraph', text: 'We have received the fees you paid online:' },
        {
          kind: 'facts',
          rows: [
            ['Dossier code', '{code}'],
            ['Procedure', '{procedure}'],
            ['Fees', '{feeLines}'],
            ['Total', '{amount}'],
            ['Recorded at', '{paidAt}'],
            ['Paid through', '{paymentProvider}'],
            ['Transaction number', '{transactionNo}'],
          ],
        },
        { kind: 'link', label: 'Follow your dossier', href: '{trackingPage}' },
        {
          kind: 'paragraph',
          text: 'Do not pay these fees again. Keep the transaction number; this letter does not replace the electronic receipt.',
        },
      ],
    },
  },
  inbox: {
    vi: {
      title: 'Đã nhận tiền của hồ sơ {code}',
      text: 'Đã nhận {amount} phí, lệ phí của hồ sơ "{procedure}" lúc {paidAt} (số giao dịch {transactionNo}): {feeLines}.',
    },
    en: {
      title: 'The fees of dossier {code} are paid',
      text: 'We received {amount} for your dossier "{procedure}" at {paidAt} (transaction {transactionNo}): {feeLines}.',
    },
  },
}
