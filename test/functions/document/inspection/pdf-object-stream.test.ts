import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inspectPdf } from '../../../../functions/document/inspection/pdf.ts'
import { literalLzw, modernPdf, objectStreamPdf, pdfWith } from './pdf-fixtures.ts'

const script = '<< /S /JavaScript /JS (app.alert\\(1\\)) >>'
const reason = (bytes: Uint8Array) => {
  const inspection = inspectPdf(bytes)
  return inspection.ok ? 'clean' : inspection.reason
}

describe('object streams are read through every filter', () => {
  const hex = (body: Uint8Array) => Buffer.from(`${Buffer.from(body).toString('hex')}>`)
  const run = (body: Buffer) =>
    Buffer.concat([...body].map((byte) => Buffer.from([0, byte])).concat(Buffer.from([128])))
  const chains: [string, (body: Buffer) => Uint8Array, string][] = [
    ['none', (body) => body, ''],
    ['Flate', deflateSync, '/Filter /FlateDecode'],
    ['an abbreviated name', deflateSync, '/Filter /Fl'],
    ['an escaped name', deflateSync, '/Filter /Fl#61teDecode'],
    ['ASCIIHex', hex, '/Filter /ASCIIHexDecode'],
    ['ASCII85', ascii85, '/Filter /ASCII85Decode'],
    ['RunLength', run, '/Filter /RunLengthDecode'],
    ['LZW', (body) => literalLzw(body, 1), '/Filter /LZWDecode'],
    ['hex around Flate', (body) => hex(deflateSync(body)), '/Filter [/ASCIIHexDecode /FlateDecode]'],
    ['Flate twice', (body) => deflateSync(deflateSync(body)), '/Filter [/FlateDecode /FlateDecode]'],
    [
      'a PNG predictor',
      (body) => deflateSync(pngRows(body, 10)),
      '/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 10 >>',
    ],
    [
      'a TIFF predictor',
      (body) => deflateSync(tiffRow(body)),
      '/Filter /FlateDecode /DecodeParms << /Predictor 2 /Columns 100000 >>',
    ],
  ]
  test.each(chains)('%s', (_, encode, filter) => {
    expect(reason(objectStreamPdf([script], encode, filter))).toBe('pdf-active-content')
    expect(reason(objectStreamPdf(['<< /S /GoTo /D (JavaScript) >>'], encode, filter))).toBe('clean')
  })

  const flate = '/Filter /FlateDecode'
  const hostile: [string, Uint8Array, string][] = [
    ['with an object its head does not name', unnamed(), 'pdf-active-content'],
    ['with two types', objectStreamPdf(['1'], deflateSync, `${flate} /Type /XObject`), 'pdf-damaged'],
    [
      'with a filter under its short key too',
      objectStreamPdf(['1'], deflateSync, `${flate} /F /LZWDecode`),
      'pdf-damaged',
    ],
    ['without its type', objectStreamPdf([script], deflateSync, flate, ''), 'pdf-active-content'],
    [
      'with another type',
      objectStreamPdf([script], deflateSync, flate, '/Type /XObject'),
      'pdf-active-content',
    ],
    ['with an offset into a string', insideString(), 'pdf-active-content'],
    ['in the catalog of a modern file', modernPdf(`/OpenAction ${script}`), 'pdf-active-content'],
    [
      'with two filters for one key',
      objectStreamPdf(['1'], deflateSync, `${flate} /Filter /LZWDecode`),
      'pdf-damaged',
    ],
    [
      'with data that does not unpack',
      objectStreamPdf(['1'], () => Buffer.from('junk'), flate),
      'pdf-damaged',
    ],
    ['with an unknown filter', objectStreamPdf(['1'], deflateSync, '/Filter /Crypt'), 'pdf-damaged'],
  ]
  test.each(hostile)('%s', (_, bytes, expected) => expect(reason(bytes)).toBe(expected))
})

function unnamed(): Uint8Array {
  return pdfWith({ more: [{ dict: '<< /Type /ObjStm /N 1 /First 5 >>', stream: `20 0 null ${script}` }] })
}

function insideString(): Uint8Array {
  const body = `20 1 (${script})`
  const more = [{ dict: '<< /Type /ObjStm /N 1 /First 5 >>', stream: body }]
  return pdfWith({ more })
}

function ascii85(body: Uint8Array): Uint8Array {
  let out = ''
  for (let i = 0; i < body.length; i += 4) {
    const chunk = body.subarray(i, i + 4)
    let value = Buffer.concat([chunk, Buffer.alloc(4 - chunk.length)]).readUInt32BE()
    let group = ''
    for (let j = 0; j < 5; j++, value = Math.floor(value / 85))
      group = String.fromCharCode(33 + (value % 85)) + group
    out += group.slice(0, chunk.length + 1)
  }
  return Buffer.from(`${out}~>`)
}

function pngRows(body: Uint8Array, columns: number): Uint8Array {
  const rows: number[] = []
  for (let i = 0; i < body.length; i += columns) {
    rows.push(1)
    for (let j = i; j < Math.min(body.length, i + columns); j++) {
      rows.push(((body[j] ?? 0) - (j > i ? (body[j - 1] ?? 0) : 0)) & 255)
    }
  }
  return Uint8Array.from(rows)
}

function tiffRow(body: Uint8Array): Uint8Array {
  return body.map((byte, i) => byte - (i > 0 ? (body[i - 1] ?? 0) : 0))
}
