import { codeBlock, html } from './reference-html.ts'

const firstCall = `API=http://127.0.0.1:8787      # địa chỉ API của tỉnh, hoặc máy chạy thử
curl "$API/v1/health"`

const firstToken = `# Chỉ có ở máy chạy thử: xin mã truy cập của một công dân
TOKEN=$(curl -s "$API/_sandbox/tokens" -H 'Content-Type: application/json' \\
  -d '{"actor":"citizen","personalId":"037090000001","name":"Nguyễn Thị Hạnh"}' | jq -r .accessToken)
curl "$API/v1/dossiers" -H "Authorization: Bearer $TOKEN"`

const problem = `{
  "type": "https://motcua.vn/problems/invalid-request",
  "title": "Thông tin chưa hợp lệ",
  "status": 422,
  "detail": "Một số thông tin chưa hợp lệ. Hãy sửa các mục được nêu và gửi lại.",
  "code": "invalid-request",
  "instance": "urn:motcua:request:Jf2k1gVxyQ0EJbA=",
  "errors": [
    {
      "code": "required",
      "message": "Chưa có agency. Hãy bổ sung mục này.",
      "pointer": "#/agency"
    }
  ]
}`

/** What a reader must know before the first call. */
export const introduction = html`<section id="bat-dau" aria-labelledby="bat-dau-ten">
<h2 id="bat-dau-ten">Bắt đầu</h2>
<h3>Lần gọi đầu tiên</h3>
<p>Mỗi tỉnh có địa chỉ API riêng; mọi đường dẫn bắt đầu bằng <code>/v1</code>. Các ví dụ trên trang này dùng hai biến <code>$API</code> và <code>$TOKEN</code>.</p>
${codeBlock('Lần gọi đầu tiên', firstCall)}
<h3>Đăng nhập</h3>
<p>Gửi mã truy cập (JWT) do hệ thống định danh mà tỉnh công nhận cấp trong tiêu đề <code>Authorization: Bearer</code>. Loại người gọi nằm trong <code>actor</code>: công dân, cán bộ, người vận hành hoặc cổng dịch vụ. Nội dung của người khác được trả lời như không tồn tại (404).</p>
${codeBlock('Đăng nhập ở máy chạy thử', firstToken)}
<h3>Lỗi</h3>
<p>Mọi lỗi là <code>application/problem+json</code> (RFC 9457). Chương trình đọc <code>code</code>; người dùng đọc <code>detail</code> và <code>errors[].message</code>, tiếng Việt hoặc tiếng Anh theo <code>Accept-Language</code>. <code>pointer</code> chỉ vị trí trong nội dung gửi, <code>parameter</code> chỉ tên tham số.</p>
${codeBlock('Ví dụ lỗi', problem)}
<p>Cổng API đứng trước hệ thống tự trả lời <code>413</code>, <code>429</code>, <code>431</code> và <code>503</code> với nội dung ngắn <code>{"message": "…"}</code> khi yêu cầu chưa tới được hệ thống. Hãy đọc mã HTTP trước, rồi mới đọc nội dung.</p>
<h3>Gửi lại an toàn</h3>
<p>Mọi <code>POST</code> và <code>PUT</code> cần tiêu đề <code>Idempotency-Key</code> do bên gọi đặt cho mỗi thao tác. Không nhận được trả lời thì gửi lại đúng yêu cầu với đúng khóa: thao tác chỉ xảy ra một lần và câu trả lời như lần đầu, kèm <code>Idempotent-Replayed: true</code>. Cùng khóa mà khác nội dung thì bị từ chối (422). Khi có <code>Retry-After</code>, hãy chờ đủ số giây đó.</p>
<h3>Phiên bản</h3>
<p>Nội dung có <code>version</code> và câu trả lời có <code>ETag</code>. Gửi <code>If-Match</code> để thao tác chỉ xảy ra khi chưa ai sửa trước bạn; nếu đã có người sửa, câu trả lời là 412 và không có gì thay đổi. Các bản sau có thể thêm trường mới: hãy bỏ qua trường bạn không biết.</p>
<h3>Danh sách</h3>
<p>Danh sách trả về <code>items</code> và <code>nextCursor</code>. Gửi lại <code>cursor</code> để lấy trang tiếp theo; <code>nextCursor</code> là <code>null</code> ở trang cuối. <code>limit</code> từ 1 đến 100, mặc định 20.</p>
</section>
`
