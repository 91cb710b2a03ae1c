import { deflateSync } from 'node:zlib'

/** A PDF in the making: numbered objects as text, each with an optional stream. */
export type PdfObject = { dict: string; stream?: Uint8Array | string }
type PdfOptions = { trailer?: string; header?: string; tail?: string; before?: string }

const latin = (text: string) => Buffer.from(text, 'latin1')

/** A PDF of these objects (the first is number 1) with a right cross-reference table. Object 1 is the root. */
export function pdfOf(objects: (PdfObject | string)[], options: PdfOptions = {}): Uint8Array {
  const parts: Buffer[] = [latin(options.header ?? '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n')]
  const offsets: number[] = []
  const length = () => parts.reduce((sum, part) => sum + part.length, 0)
  for (const [i, object] of objects.entries()) {
    offsets.push(length())
    const { dict, stream } = typeof object === 'string' ? { dict: object, stream: undefined } : object
    parts.push(latin(`${i + 1} 0 obj\n`))
    if (stream === undefined) parts.push(latin(`${dict}\nendobj\n`))
    else {
      const data = typeof stream === 'string' ? latin(stream) : Buffer.from(stream)
      const whole = dict.includes('/Length') ? dict : dict.replace(/>>$/, `/Length ${data.length} >>`)
      parts.push(latin(`${whole}\nstream\n`), data, latin('\nendstream\nendobj\n'))
    }
  }
  parts.push(latin(options.before ?? ''))
  const start = length()
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  parts.push(
    latin(
      `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R ${options.trailer ?? ''} >>\n`,
    ),
    latin(options.tail ?? `startxref\n${start}\n%%EOF\n`),
  )
  return new Uint8Array(Buffer.concat(parts))
}

type PageOptions = {
  text?: string
  content?: Uint8Array
  contentDict?: string
  root?: string
  more?: (PdfObject | string)[]
}

/** A viewable PDF of one page; `root` adds to the catalog and `more` appends objects from number 6 on. */
export function pdfWith(page: PageOptions = {}, options: PdfOptions = {}): Uint8Array {
  const content = page.content ?? latin(`BT /F1 24 Tf 72 720 Td (${page.text ?? 'Don xin'}) Tj ET`)
  return pdfOf(
    [
      `<< /Type /Catalog /Pages 2 0 R ${page.root ?? ''} >>`,
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
      { dict: page.contentDict ?? '<< >>', stream: content },
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      ...(page.more ?? []),
    ],
    options,
  )
}

export function minimalPdf({ text = 'Don xin cap giay phep' }: { text?: string } = {}): Uint8Array {
  return pdfWith({ text })
}

/** The body of an object stream holding these objects, numbered from `firstNumber`. */
export function objectStreamBody(
  objects: string[],
  firstNumber: number,
): { body: string; first: number; n: number } {
  let offset = 0
  const head = objects.map((object, i) => {
    const pair = `${firstNumber + i} ${offset}`
    offset += object.length + 1
    return pair
  })
  const first = head.join(' ').length + 1
  return { body: `${head.join(' ')}\n${objects.join('\n')}\n`, first, n: objects.length }
}

/** A one-page PDF with more objects in an object stream, encoded by the given chain. */
export function objectStreamPdf(
  objects: string[],
  encode: (body: Buffer) => Uint8Array = deflateSync,
  filter = '/Filter /FlateDecode',
  type = '/Type /ObjStm',
): Uint8Array {
  const { body, first, n } = objectStreamBody(objects, 20)
  return pdfWith({
    more: [{ dict: `<< ${type} /N ${n} /First ${first} ${filter} >>`, stream: encode(latin(body)) }],
  })
}

/** A PDF whose whole structure is in one object stream, with a cross-reference stream (PDF 1.5). */
export function modernPdf(root = '', xrefKeys = ''): Uint8Array {
  const { body, first, n } = objectStreamBody(
    [
      `<< /Type /Catalog /Pages 2 0 R ${root} >>`,
      '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>',
    ],
    1,
  )
  const packed = deflateSync(latin(body))
  const head = latin('%PDF-1.5\n')
  const container = Buffer.concat([
    latin(
      `4 0 obj\n<< /Type /ObjStm /N ${n} /First ${first} /Filter /FlateDecode /Length ${packed.length} >>\nstream\n`,
    ),
    packed,
    latin('\nendstream\nendobj\n'),
  ])
  const at = head.length + container.length
  const rows = [
    [0, 0, 255],
    [2, 4, 0],
    [2, 4, 1],
    [2, 4, 2],
    [1, head.length, 0],
    [1, at, 0],
  ]
  // PNG "Up" rows, as every common writer makes them.
  const raw = rows.map(([type = 0, field = 0, last = 0]) => [type, field >> 8, field & 255, last])
  const up = raw.map((row, i) => [2, ...row.map((byte, j) => (byte - (raw[i - 1]?.[j] ?? 0)) & 255)])
  const table = deflateSync(Buffer.from(up.flat()))
  const xref = Buffer.concat([
    latin(
      `5 0 obj\n<< /Type /XRef /Size 6 /W [1 2 1] /Root 1 0 R ${xrefKeys} /Filter /FlateDecode ` +
        `/DecodeParms << /Predictor 12 /Columns 4 >> /Length ${table.length} >>\nstream\n`,
    ),
    table,
    latin(`\nendstream\nendobj\nstartxref\n${at}\n%%EOF\n`),
  ])
  return new Uint8Array(Buffer.concat([head, container, xref]))
}

export function encryptedPdf(): Uint8Array {
  const more = [`<< /Filter /Standard /V 1 /R 2 /P -44 /O <${'00'.repeat(32)}> /U <${'00'.repeat(32)}> >>`]
  return pdfWith({ more }, { trailer: '/Encrypt 6 0 R' })
}

/** A stream attached as a file: the catalog's name tree, the file specification and the data. */
export function pdfWithAttachment(name: string, data: Uint8Array | string, packed = false): Uint8Array {
  const raw = typeof data === 'string' ? Buffer.from(data) : data
  return pdfWith({
    root: '/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>',
    more: [
      `<< /Type /Filespec /F (${name}) /UF (${name}) /EF << /F 7 0 R >> >>`,
      packed
        ? { dict: '<< /Type /EmbeddedFile /Filter /FlateDecode >>', stream: deflateSync(raw) }
        : { dict: '<< /Type /EmbeddedFile >>', stream: raw },
    ],
  })
}

/** LZW that writes every byte as itself, so that the table and with it the codes only grow (ISO 32000-2, 7.4.4). */
export function literalLzw(body: Uint8Array, earlyChange: number): Uint8Array {
  let bits = (256).toString(2)
  let next = 257
  const put = (code: number) => {
    const width = [9, 10, 11, 12].find((each) => next + earlyChange < 2 ** each) ?? 12
    bits += code.toString(2).padStart(width, '0')
    next++
  }
  for (const byte of body) put(byte)
  put(257)
  return Uint8Array.from(bits.match(/.{1,8}/g) ?? [], (byte) => Number.parseInt(byte.padEnd(8, '0'), 2))
}
