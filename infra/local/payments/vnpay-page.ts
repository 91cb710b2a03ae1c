import { dong, spokenMoney } from '../../../shared/money.ts'
import { spoken } from '../../../shared/time.ts'
import type { Order } from './vnpay-books.ts'
import type { Refusal } from './vnpay-pay-address.ts'
import type { PayOutcome } from './vnpay-result.ts'

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (title: string, content: string): string => `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>
body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 36rem; margin: 2rem auto; padding: 0 1rem }
dt { font-weight: 600 } dd { margin: 0 0 .75rem; overflow-wrap: anywhere }
button { font: inherit; padding: .5rem 1rem; margin: 0 .5rem .75rem 0 }
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p>Trang thử nghiệm thay cho VNPAY: không có tiền thật nào được chuyển.</p>
${content}
</main>
</body>
</html>
`

const facts = (order: Order): string => `<dl>
<dt>Số tiền</dt><dd>${escaped(spokenMoney(dong(order.amount / 100)))}</dd>
<dt>Nội dung</dt><dd>${escaped(order.orderInfo)}</dd>
<dt>Mã đơn hàng</dt><dd>${escaped(order.txnRef)}</dd>
<dt>Hết hạn</dt><dd>${escaped(spoken(order.expiresAt))}</dd>
</dl>`

const buttons: readonly (readonly [PayOutcome, string])[] = [
  ['success', 'Thanh toán thành công'],
  ['failure', 'Thất bại'],
  ['suspicious', 'Nghi ngờ'],
]

/** The order with a button for each end it can take. Works without script. */
export const orderPage = (order: Order): string =>
  page(
    'Thanh toán',
    `${facts(order)}
<form method="post">
<input type="hidden" name="query" value="${escaped(order.query)}">
${buttons.map(([value, label]) => `<button name="outcome" value="${value}">${label}</button>`).join('\n')}
</form>`,
  )

/** An order that has its end already. */
export const endedPage = (order: Order, returnTo: string): string =>
  page(
    'Giao dịch đã kết thúc',
    `${facts(order)}
<p><a href="${escaped(returnTo)}">Trở lại trang dịch vụ công</a></p>`,
  )

/** Every mistake in a pay address, for whoever made the address. */
export const refusedPage = (refusals: readonly Refusal[]): string =>
  page(
    'Địa chỉ thanh toán không hợp lệ',
    `<ul>
${refusals
  .map(
    ({ field, why }) =>
      `<li><code>${escaped(field)}</code>: ${escaped(why.vi)} <span lang="en">(${escaped(why.en)})</span></li>`,
  )
  .join('\n')}
</ul>`,
  )
