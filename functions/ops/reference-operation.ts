import type { Answer, OpenApi, Operation } from '../../shared/openapi-document.ts'
import { curlOf, parametersOf } from './reference-curl.ts'
import { fieldTable, parameterTable } from './reference-fields.ts'
import { codeBlock, type Html, html, nothing, paragraphs, table } from './reference-html.ts'

const actorNames: Readonly<Record<string, string>> = {
  public: 'mọi người, không cần đăng nhập',
  citizen: 'công dân',
  officer: 'cán bộ',
  operator: 'người vận hành',
  portal: 'cổng dịch vụ',
}

const facts = (operation: Operation): Html => {
  const limit = operation['x-body-limit']
  const kept = operation['x-cache-seconds']
  const { rate, burst } = operation['x-throttle']
  const who = operation['x-actors'].map((actor) => actorNames[actor] ?? actor).join(', ')
  return html`<dl class="facts">
<div><dt>Ai được gọi</dt><dd>${who}</dd></div>
<div><dt>Nhịp gọi</dt><dd>${rate} yêu cầu/giây, dồn tối đa ${burst}</dd></div>
${limit === undefined ? nothing : html`<div><dt>Nội dung gửi</dt><dd>tối đa ${limit / 1024} KiB</dd></div>`}
${kept === undefined ? nothing : html`<div><dt>Lưu tạm</dt><dd>${kept} giây</dd></div>`}
</dl>`
}

const isAnswer = (answer: Operation['responses'][string]): answer is Answer => !('$ref' in answer)

const success = (operation: Operation, document: OpenApi): Html => {
  const [status = '', answer] =
    Object.entries(operation.responses).find(([code]) => code.startsWith('2')) ?? []
  if (!answer || !isAnswer(answer)) return nothing
  const [type, media] = Object.entries(answer.content ?? {})[0] ?? []
  const headers = Object.keys(answer.headers ?? {}).map((name) => html` <code>${name}</code>`)
  const shown = type === 'application/json' && media
  return html`<h4>Trả lời</h4>
<p><span class="status good">${status}</span> ${type === undefined ? 'Không có nội dung.' : html`<code>${type}</code>`} Tiêu đề:${headers}</p>
${
  shown
    ? html`${codeBlock('Ví dụ trả lời', JSON.stringify(media.example, null, 2))}
<details><summary>Các trường của câu trả lời</summary>${fieldTable('Trường trả lời', media.schema, document.components.schemas)}</details>`
    : nothing
}`
}

const errors = (operation: Operation, document: OpenApi): Html => {
  const rows = Object.entries(operation.responses).flatMap(([status, answer]) =>
    isAnswer(answer) && !status.startsWith('2')
      ? (answer['x-codes'] ?? []).map((code) => {
          const problem = document['x-problems'].find((one) => one.code === code)
          return html`<tr><td><span class="status">${status}</span></td><th scope="row"><a href="#loi-${code}"><code>${code}</code></a></th><td>${problem?.title.vi}</td></tr>
`
        })
      : [],
  )
  return table('Lỗi có thể gặp', ['Mã HTTP', 'Mã lỗi', 'Ý nghĩa'], rows)
}

/** One operation from its address to its errors. */
export const operationSection = (
  method: string,
  path: string,
  operation: Operation,
  document: OpenApi,
): Html => {
  const body = operation.requestBody?.content['application/json']
  const id = operation.operationId
  return html`<section class="operation" id="${id}" aria-labelledby="${id}-ten">
<h3 id="${id}-ten"><a href="#${id}">${operation.summary}</a></h3>
<p class="address"><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></p>
<div lang="en" class="english">${paragraphs(operation.description)}</div>
${facts(operation)}
${parameterTable(parametersOf(operation, document), document.components.schemas)}
${body ? fieldTable('Nội dung gửi', body.schema, document.components.schemas) : nothing}
<h4>Gọi thử</h4>
${codeBlock('Lệnh gọi thử', curlOf(method, path, operation, document))}
${success(operation, document)}
${errors(operation, document)}
</section>
`
}
