import { createHash } from 'node:crypto'
import type { JsonSchema, OpenApi, Operation } from '../../shared/openapi-document.ts'
import { fieldTable } from './reference-fields.ts'
import { codeBlock, Html, html, inline, paragraphs, table } from './reference-html.ts'
import { introduction } from './reference-introduction.ts'
import { operationSection } from './reference-operation.ts'
import { style } from './reference-style.ts'

interface Placed {
  method: string
  path: string
  operation: Operation
}

const operationsOf = (document: OpenApi): Placed[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  )

const navigation = (document: OpenApi, operations: readonly Placed[]): Html => html`<nav aria-label="Mục lục">
<p class="brand"><a href="#dau-trang">${document.info.title}</a> <small>${document.info.version}</small></p>
<ul>
<li><a href="#bat-dau">Bắt đầu</a></li>
${document.tags.map(
  (tag) => html`<li><a href="#nhom-${tag.name}">${tag['x-displayName']}</a><ul>
${operations
  .filter(({ operation }) => operation.tags[0] === tag.name)
  .map(
    ({
      method,
      operation,
    }) => html`<li><a href="#${operation.operationId}"><span>${operation.summary}</span><small>${method.toUpperCase()}</small></a></li>
`,
  )}</ul></li>
`,
)}<li><a href="#su-kien">Sự kiện</a></li>
<li><a href="#ma-loi">Bảng mã lỗi</a></li>
</ul>
</nav>`

const events = (document: OpenApi): Html => html`<section id="su-kien" aria-labelledby="su-kien-ten">
<h2 id="su-kien-ten">Sự kiện</h2>
<p>Mỗi thay đổi được ghi thành một sự kiện. Trong cùng một <code>subject</code>, <code>sequence</code> tăng liên tục từ 1, không có khoảng trống; thứ tự nhận có thể khác thứ tự phát. Sự kiện chỉ mang mã, không mang dữ liệu cá nhân.</p>
<p lang="en" class="english">Every event may come more than once and in any order: know it by its <code>id</code>, order it by <code>sequence</code>.</p>
${document['x-events'].map(
  (event) => html`<section class="operation" id="${event.type}" aria-labelledby="${event.type}-ten">
<h3 id="${event.type}-ten"><a href="#${event.type}"><code>${event.type}</code></a></h3>
<p lang="en" class="english">${inline(event.description)}</p>
${codeBlock('Ví dụ sự kiện', JSON.stringify(event.example, null, 2))}
<details><summary>Các trường của sự kiện</summary>${fieldTable('Trường sự kiện', event.schema as JsonSchema, document.components.schemas)}</details>
</section>
`,
)}</section>`

const errorTables = (document: OpenApi): Html => html`<section id="ma-loi" aria-labelledby="ma-loi-ten">
<h2 id="ma-loi-ten">Bảng mã lỗi</h2>
${table(
  'Mã lỗi',
  ['Mã HTTP', 'Mã lỗi', 'Ý nghĩa'],
  document['x-problems'].map(
    ({
      code,
      status,
      title,
      detail,
    }) => html`<tr id="loi-${code}"><td><span class="status">${status}</span></td>
<th scope="row"><code>${code}</code></th><td><strong>${title.vi}.</strong> ${detail.vi}<br><span lang="en" class="english">${title.en}. ${detail.en}</span></td></tr>
`,
  ),
)}
<h3>Điều sai của từng mục</h3>
<p>Danh sách <code>errors</code> trong câu trả lời lỗi nêu từng mục sai bằng một trong các mã sau. Phần trong ngoặc nhọn được thay bằng giá trị cụ thể.</p>
${table(
  'Mã của từng mục sai',
  ['Mã', 'Thông báo'],
  document['x-field-problems'].map(
    ({
      code,
      message,
    }) => html`<tr><th scope="row"><code>${code}</code></th><td>${message.vi}<br><span lang="en" class="english">${message.en}</span></td></tr>
`,
  ),
)}
</section>`

/**
 * The page carries its own policy: nothing is loaded, nothing runs, and only this very style applies. `serve`
 * sends no such header, and a page that is saved to a disk has none.
 */
const policy = (): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')

/** The whole API as one page to read: no script, nothing loaded from elsewhere, everything escaped. */
export const referencePage = (document: OpenApi): string => {
  const operations = operationsOf(document)
  return html`<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>${document.info.title}: tài liệu</title>
<style>${new Html(style)}</style>
</head>
<body id="dau-trang">
<a class="skip" href="#noi-dung">Đến nội dung</a>
${navigation(document, operations)}
<main id="noi-dung">
<header>
<p class="kicker">${document.info.summary}</p>
<h1>${document.info.title}</h1>
<div class="english lead" lang="en">${paragraphs(document.info.description)}</div>
</header>
${introduction}
${document.tags.map(
  (tag) => html`<section id="nhom-${tag.name}" aria-labelledby="nhom-${tag.name}-ten">
<h2 id="nhom-${tag.name}-ten">${tag['x-displayName']}</h2>
<p>${inline(tag.description)}</p>
${operations
  .filter(({ operation }) => operation.tags[0] === tag.name)
  .map(({ method, path, operation }) => operationSection(method, path, operation, document))}</section>
`,
)}${events(document)}
${errorTables(document)}
<footer><p>${document.info.title} ${document.info.version}. Bản máy đọc: <a href="/v1/openapi.json">OpenAPI 3.1</a>.</p></footer>
</main>
</body>
</html>
`.text
}
