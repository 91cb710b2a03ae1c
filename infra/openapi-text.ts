import manifest from '../package.json' with { type: 'json' }
import type { ApiInfo } from '../shared/openapi.ts'

const tags: ApiInfo['tags'] = {
  public: {
    name: 'Tra cứu công khai',
    description:
      'Ai cũng dùng được, không cần đăng nhập: tra cứu tình trạng hồ sơ và kiểm tra biên nhận. Open to everybody.',
  },
  procedures: {
    name: 'Thủ tục hành chính',
    description:
      'Danh mục và nội dung các thủ tục đang có hiệu lực. The procedures in force, with their forms.',
  },
  documents: {
    name: 'Tài liệu',
    description:
      'Tải tệp lên, kiểm tra và tải về. A file is uploaded straight to the store, inspected, and only then usable.',
  },
  dossiers: {
    name: 'Hồ sơ của công dân',
    description: 'Soạn, nộp và theo dõi hồ sơ. A citizen’s own dossiers; nobody else’s can be seen.',
  },
  desk: {
    name: 'Bàn làm việc của cán bộ',
    description: 'Tiếp nhận và xử lý hồ sơ tại cơ quan. What officers do with the dossiers of their agency.',
  },
  payments: {
    name: 'Thanh toán',
    description: 'Nộp phí, lệ phí và theo dõi khoản tiền. Fees, payments and refunds.',
  },
  warehouse: {
    name: 'Kho dữ liệu điện tử',
    description: 'Giấy tờ và dữ liệu dùng lại của công dân. Papers and data a citizen can use again.',
  },
  notifications: {
    name: 'Thông báo',
    description: 'Hộp thông báo và lựa chọn nhận tin. The inbox, and which messages come by e-mail.',
  },
  portal: {
    name: 'Cổng kết nối',
    description:
      'Đăng ký nhận sự kiện dành cho các cổng dịch vụ. Subscriptions and the event feed for portals.',
  },
  webhooks: {
    name: 'Địa chỉ nhận kết quả thanh toán',
    description: 'Chỉ dành cho nhà cung cấp thanh toán. Only for payment providers.',
  },
  insight: {
    name: 'Chỉ số',
    description: 'Chỉ số phục vụ và dữ liệu mở. Indicators and open data.',
  },
  ops: {
    name: 'Vận hành',
    description: 'Tình trạng hệ thống và tài liệu này. Whether the service is up, and this documentation.',
  },
}

const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'
const id = '7Q4Z0K9V3M1XN8T2R6WYC5HDBA'
const instant = '2026-11-21T09:05:00.000+07:00'
const code = '000.00.12.H40-261121-0001'

/**
 * Values that look like life: a birth registration. A schema that has its own `examples` wins over these, and
 * an optional member with `undefined` among its values is left out.
 */
const samples: ApiInfo['samples'] = {
  id: [id],
  dossierId: [id],
  documentId: ['1B8M0T5XJ6W3E9RZKQ2VAYN7CD'],
  receiptId: ['5N2W8C1YH7TQ4V0XK9ZR3MJE6A'],
  boundTo: [id],
  subject: [id],
  correlationId: ['Jf2k1gVxyQ0EJbA='],
  citizenRef: [hash],
  ownerRef: [hash],
  environment: ['sandbox'],
  province: ['37'],
  procedureCode: ['1.001193'],
  'procedure.code': ['1.001193'],
  procedureName: ['Đăng ký khai sinh'],
  caseCode: [null, undefined],
  agency: ['000.00.12.H40'],
  receivingAgency: ['000.00.12.H40'],
  agencies: ['000.00.12.H40'],
  'agency.code': ['000.00.12.H40'],
  'agency.name': ['Ủy ban nhân dân phường Nam Định'],
  'fees.code': ['le-phi-ho-tich'],
  'fees.name': ['Lệ phí hộ tịch'],
  state: ['submitted', 'clean'],
  'receipt.id': ['5N2W8C1YH7TQ4V0XK9ZR3MJE6A'],
  'manifest.id': ['5N2W8C1YH7TQ4V0XK9ZR3MJE6A'],
  'items.code': ['1.001193'],
  'field.code': ['ho-tich'],
  'field.name': ['Hộ tịch'],
  'field.nameEn': ['Civil status'],
  'agencies.code': ['000.00.12.H40'],
  'agencies.name': ['Ủy ban nhân dân phường Nam Định'],
  'agencies.nameEn': ['People’s Committee of Nam Dinh Ward'],
  'cases.code': ['born-abroad'],
  cases: ['born-abroad'],
  requires: ['/child/placeOfBirth'],
  'contact.email': ['/requester/email'],
  'contact.phone': ['/requester/phone'],
  applicantName: ['/requester/fullName'],
  'conditionalOn.pointer': ['/birthEvidence'],
  'conditionalOn.oneOf': ['birth-certificate'],
  'feeClasses.code': ['poor-household'],
  'feeClasses.name': ['Hộ nghèo'],
  'feeClasses.nameEn': ['Poor household'],
  subjectClasses: ['poor-household'],
  copies: ['/copies'],
  pages: ['/pages'],
  persons: ['/persons'],
  subjectClass: ['/subjectClass'],
  'cases.name': ['Trẻ em sinh ra ở nước ngoài'],
  'cases.nameEn': ['A child born abroad'],
  'components.id': ['birth-certificate'],
  'components.name': ['Giấy chứng sinh'],
  'components.nameEn': ['Birth certificate of the hospital'],
  'results.code': ['giay-khai-sinh'],
  'results.name': ['Giấy khai sinh'],
  'results.nameEn': ['Birth certificate'],
  'fees.nameEn': ['Civil status charge'],
  'legalBasis.number': ['60/2014/QH13'],
  'legalBasis.name': ['Luật Hộ tịch'],
  'legalBasis.nameEn': ['Law on Civil Status'],
  'legalBasis.articles': ['Điều 13, 14, 15, 16'],
  legalBasis: ['Luật Hộ tịch 60/2014/QH13, Điều 16'],
  name: ['Đăng ký khai sinh'],
  nameEn: ['Registration of birth'],
  actor: ['citizen', 'agency', 'system'],
  email: ['hanh@example.vn'],
  phone: ['0912345678'],
  pointer: ['#/child/givenName'],
  code: [code, '1.001193'],
  pin: ['7K3M9QXT'],
  trackingPin: ['7K3M9QXT'],
  componentId: ['birth-certificate'],
  fileName: ['giay-chung-sinh.pdf'],
  contentType: ['application/pdf'],
  size: [182_044],
  sha256: [hash],
  hash: [hash],
  previousHash: ['0'.repeat(64)],
  answersHash: [hash],
  purpose: ['dossier'],
  answers: [{ child: { surname: 'Trần', givenName: 'Minh Khôi', dateOfBirth: '2026-11-02' } }],
  consents: [undefined],
  amount: [50_000],
  limit: [20],
  nextCursor: [null],
  cursor: ['eyJzayI6Ii4uLiJ9'],
  q: ['khai sinh'],
  createdAt: [instant],
  updatedAt: [instant],
  submittedAt: [instant],
  checkedAt: [instant],
  since: [instant],
  at: [instant],
  time: [instant],
  expiresAt: ['2026-11-21T09:20:00.000+07:00'],
  dueAt: [null],
  readAt: [null],
  reason: [null],
  setAside: [null],
  'reason.vi': ['Hồ sơ đã nộp, đang chờ bộ phận một cửa tiếp nhận.'],
  'reason.en': ['The dossier is submitted and waits for the one-stop unit to receive it.'],
  'whatYouCanDo.vi': ['Bạn chưa phải làm gì thêm.'],
  'whatYouCanDo.en': ['Nothing for now.'],
  url: ['https://tep.dichvucong.example.vn/uploads'],
  link: ['https://dichvucong.example.vn/ho-so'],
  jws: ['eyJhbGciOiJFUzI1NiIsImtpZCI6InIxIn0.eyJpZCI6Ii4uLiJ9.MEUCIQ…'],
  title: ['Đã nhận hồ sơ'],
  text: ['Hồ sơ của bạn đã được ghi nhận.'],
  note: [null],
  type: ['submitted'],
  x: ['f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU'],
  y: ['x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'],
  kty: ['EC'],
  crv: ['P-256'],
  kid: ['r1'],
}

const description = `API của hệ thống một cửa điện tử cấp tỉnh. Every province runs its own copy under its own address, with its own data.

Everything is JSON in UTF-8 under \`/v1\`. Instants are ISO 8601 with an offset (answers use \`+07:00\`), money is whole đồng, ids are opaque, and the official number of a dossier is its \`code\`. Readers must ignore members they do not know: members may be added within a version.`

/** What the document says beside the contracts. */
export const apiInfo: ApiInfo = {
  title: 'Motcua API',
  version: manifest.version,
  summary: 'Dịch vụ công trực tuyến của tỉnh',
  description,
  tags,
  samples,
}
