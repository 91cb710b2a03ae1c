import { describe, expect, test } from 'vitest'
import { decodeStream } from '../../../../functions/document/inspection/pdf-filters.ts'
import type { PdfDict, PdfValue } from '../../../../functions/document/inspection/pdf-region.ts'
import { literalLzw } from './pdf-fixtures.ts'

const dictOf = (entries: Record<string, PdfValue>): PdfDict => ({
  type: 'dict',
  entries: new Map(Object.entries(entries).map(([key, value]) => [key, [value]])),
  regular: true,
})
const decode = (
  raw: Uint8Array | string,
  filter: string,
  limit = 100_000,
  parameters: Record<string, PdfValue> = {},
) => {
  const dict = dictOf({ Filter: { type: 'name', name: filter }, DecodeParms: dictOf(parameters) })
  const decoded = decodeStream(Buffer.from(raw), dict, limit)
  return decoded.ok ? Buffer.from(decoded.data).toString('latin1') : decoded.why
}

describe('each filter gives back exactly what was put in', () => {
  test('ASCIIHex, with an odd last digit', () =>
    expect(decode('48 65\n6c6C6F2>x', 'ASCIIHexDecode')).toBe('Hello '))
  test('ASCII85, with zeros and a short last group', () => {
    expect(decode('87cURD]i,"Ebo80~>', 'ASCII85Decode')).toBe('Hello World!')
    expect(decode('z87cUR~>', 'ASCII85Decode')).toBe('\0\0\0\0Hell')
    expect(decode('87cURDZ~>', 'ASCII85Decode')).toBe('Hello')
  })
  test('RunLength', () =>
    expect(decode(Buffer.from([1, 65, 66, 254, 67, 128, 9]), 'RunLengthDecode')).toBe('ABCCC'))
  test('LZW, by the standard’s own example', () => {
    const example = Buffer.from('800b6050220c0c8501', 'hex')
    expect(decode(example, 'LZWDecode')).toBe(Buffer.from('2d2d2d2d2d412d2d2d42', 'hex').toString())
  })
  test.each([1, 0])('LZW whose codes grow, EarlyChange %d', (early) => {
    const body = Buffer.from(Array.from({ length: 3500 }, (_, i) => (i * 7) % 256))
    const decoded = decode(literalLzw(body, early), 'LZWDecode', 100_000, { EarlyChange: early })
    expect(decoded).toBe(body.toString('latin1'))
  })
})

describe('no filter gives more than the limit', () => {
  test.each([
    ['RunLengthDecode', Buffer.alloc(200, Buffer.from([129, 65]))],
    ['ASCII85Decode', 'z'.repeat(100)],
    ['LZWDecode', literalLzw(Buffer.alloc(200), 1)],
  ])('%s', (filter, raw) => expect(decode(raw, filter, 100)).toBe('bomb'))
})

test.each([
  ['ASCIIHexDecode', '4x'],
  ['ASCII85Decode', 'v'],
  ['ASCII85Decode', 'uuuuu'],
  ['RunLengthDecode', '\x05a'],
  ['LZWDecode', Buffer.from('ffff', 'hex')],
  ['DCTDecode', 'x'],
])('%s of wrong data is not guessed at', (filter, raw) =>
  expect(decode(raw, filter)).toMatch(/damaged|foreign/),
)
