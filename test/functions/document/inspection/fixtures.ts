import { createHash } from 'node:crypto'
import { crc32, deflateRawSync, deflateSync } from 'node:zlib'
import type { Declared } from '../../../../functions/document/inspection/verdict.ts'

export const eicar = `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS'}-TEST-FILE!$H+H*`

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml'
const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
export const types = {
  pdf: 'application/pdf',
  jpeg: 'image/jpeg',
  png: 'image/png',
  heic: 'image/heic',
  docx: `${word}.document`,
  xlsx: `${sheet}.sheet`,
  xml: 'application/xml',
}

export function declare(bytes: Uint8Array, contentType: string, fileName = 'ho-so'): Declared {
  return {
    contentType,
    fileName,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }
}

export function text(value: string): Uint8Array {
  return new Uint8Array(Buffer.from(value))
}

export function join(...parts: (Uint8Array | string)[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part))),
  )
}

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const body = join(type, data)
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  out.set(body, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

export const pngSignature = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** A PNG of one grey pixel, or with another width written in its head. */
export function png(width = 1, height = 1): Uint8Array {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head[8] = 8
  const data = deflateSync(Buffer.from([0, 128]))
  return join(
    pngSignature,
    pngChunk('IHDR', head),
    pngChunk('IDAT', data),
    pngChunk('IEND', new Uint8Array()),
  )
}

/** A baseline JPEG of 8x8 grey pixels: all its tables, one scan. */
export function jpeg(): Uint8Array {
  const hex = [
    'ffd8ffe000104a46494600010100000100010000',
    `ffdb004300${'01'.repeat(64)}`,
    'ffc0000b080008000801011100',
    `ffc40014000100000000000000000000000000000000`,
    `ffc40014100100000000000000000000000000000000`,
    'ffda0008010100003f003f',
    'ffd9',
  ]
  return new Uint8Array(Buffer.from(hex.join(''), 'hex'))
}

export function box(type: string, data: Uint8Array | string): Uint8Array {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(data.length + 8)
  return join(size, type, data)
}

export function heic(major = 'heic', compatible = ['mif1', 'heic']): Uint8Array {
  return join(
    box('ftyp', `${major}\0\0\0\0${compatible.join('')}`),
    box('meta', '\0\0\0\0'),
    box('mdat', 'pixels'),
  )
}

export type ZipPart = {
  name: string
  data: Uint8Array | string
  stored?: boolean
  localName?: string
  flags?: number
  size?: number
  after?: string
}

/** A ZIP of these parts; `localName`, `flags` and `size` make its headers lie; `after` is put behind an entry. */
export function zip(parts: ZipPart[], between = '', comment = ''): Uint8Array {
  const body: Uint8Array[] = []
  const central: Uint8Array[] = []
  let at = 0
  for (const part of parts) {
    const data = Buffer.from(part.data)
    const raw = part.stored ? data : deflateRawSync(data)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(part.flags ?? 0, 2)
    common.writeUInt16LE(part.stored ? 0 : 8, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(raw.length, 14)
    common.writeUInt32LE(part.size ?? data.length, 18)
    const localCommon = Buffer.from(common)
    localCommon.writeUInt16LE(Buffer.byteLength(part.localName ?? part.name), 22)
    common.writeUInt16LE(Buffer.byteLength(part.name), 22)
    const local = join('PK\x03\x04', localCommon, part.localName ?? part.name, raw, part.after ?? between)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    central.push(join('PK\x01\x02\x14\x00', common, rest, part.name))
    body.push(local)
    at += local.length
  }
  const directory = join(...central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(parts.length, 4)
  end.writeUInt16LE(parts.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(at, 12)
  end.writeUInt16LE(comment.length, 16)
  return join(...body, directory, 'PK\x05\x06', end, comment)
}

const officeRel = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

export function relationship(type: string, target: string, external = false): string {
  return `<Relationship Id="r1" Type="${officeRel}/${type}" Target="${target}"${external ? ' TargetMode="External"' : ''}/>`
}

export function rels(...list: string[]): string {
  return `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.join('')}</Relationships>`
}

export function contentTypes(part: string, type: string): string {
  return `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/${part}" ContentType="${type}"/></Types>`
}

type Office = { more?: ZipPart[]; mainType?: string; body?: string; between?: string; comment?: string }

export function docxParts(options: Office = {}): ZipPart[] {
  const body = options.body ?? '<w:p><w:r><w:t>Đơn xin</w:t></w:r></w:p>'
  return [
    {
      name: '[Content_Types].xml',
      data: contentTypes('word/document.xml', options.mainType ?? `${word}.document.main+xml`),
    },
    { name: '_rels/.rels', data: rels(relationship('officeDocument', 'word/document.xml')) },
    {
      name: 'word/document.xml',
      data: `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
    },
    ...(options.more ?? []),
  ]
}

export function docx(options: Office = {}): Uint8Array {
  return zip(docxParts(options), options.between, options.comment)
}

export function xlsx(options: Office = {}): Uint8Array {
  return zip([
    {
      name: '[Content_Types].xml',
      data: contentTypes('xl/workbook.xml', options.mainType ?? `${sheet}.sheet.main+xml`),
    },
    { name: '_rels/.rels', data: rels(relationship('officeDocument', 'xl/workbook.xml')) },
    {
      name: 'xl/workbook.xml',
      data: '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
    },
    ...(options.more ?? []),
  ])
}

export function xml(inside = '<ten>Nguyễn Văn A</ten>'): Uint8Array {
  return text(`<?xml version="1.0" encoding="UTF-8"?>\n<hoSo>${inside}</hoSo>`)
}
