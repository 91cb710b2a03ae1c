import { describe, expect, test } from 'vitest'
import { inspectContent } from '../../../../functions/document/inspection/inspect.ts'
import { box, docx, heic, join, jpeg, png, pngChunk, pngSignature, text, types, xml } from './fixtures.ts'

type Kind = keyof typeof types
const reason = (bytes: Uint8Array, kind: Kind) => {
  const inspection = inspectContent(bytes, { contentType: types[kind], fileName: 'a' })
  return inspection.ok ? (inspection.findings[0] ?? 'clean') : inspection.reason
}
const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))
const utf16 = (value: string) => join(new Uint8Array([0xff, 0xfe]), Buffer.from(value, 'utf16le'))

describe('images', () => {
  const cases: [string, Uint8Array, Kind, string][] = [
    ['a PNG', png(), 'png', 'clean'],
    ['a PNG with a flipped bit', flipped(png(), 45), 'png', 'image-damaged'],
    ['a PNG cut short', png().subarray(0, -4), 'png', 'image-damaged'],
    ['a PNG without IHDR', join(pngSignature, pngChunk('IEND', text(''))), 'png', 'image-damaged'],
    [
      'a PNG that begins with another chunk',
      join(pngSignature, pngChunk('tEXt', text('a')), png().subarray(8)),
      'png',
      'image-damaged',
    ],
    ['a PNG of a billion pixels', png(65_000, 65_000), 'png', 'archive-bomb'],
    ['a PNG followed by a page', join(png(), '<script>'), 'png', 'type-mismatch'],
    ['a JPEG', jpeg(), 'jpeg', 'clean'],
    [
      'a JPEG with its film behind it',
      join(jpeg(), box('ftyp', 'mp42'), 'MotionPhoto_Data'),
      'jpeg',
      'image-trailing-data',
    ],
    ['a JPEG with zeros behind it', join(jpeg(), '\0\0\0'), 'jpeg', 'clean'],
    ['a JPEG with a ZIP behind it', join(jpeg(), docx()), 'jpeg', 'type-mismatch'],
    ['a JPEG with a ZIP behind a film', join(jpeg(), 'film', docx(), 'x'), 'jpeg', 'type-mismatch'],
    ['a JPEG with a PDF behind it', join(jpeg(), '%PDF-1.7'), 'jpeg', 'type-mismatch'],
    ['a JPEG with a program behind it', join(jpeg(), 'MZ\x90'), 'jpeg', 'type-mismatch'],
    ['a JPEG with a page behind it', join(jpeg(), 'x<ScRipt>'), 'jpeg', 'type-mismatch'],
    ['a JPEG cut short', jpeg().subarray(0, -2), 'jpeg', 'image-damaged'],
    ['a JPEG without a picture', join('\xff\xd8\xff\xe0\0\x04ab\xff\xd9'), 'jpeg', 'image-damaged'],
    ['a HEIC', heic(), 'heic', 'clean'],
    ['a HEIC of structural brand', heic('mif1', ['mif1', 'heic']), 'heic', 'clean'],
    ['an AVIF', heic('avif', ['mif1']), 'heic', 'type-mismatch'],
    ['a film', heic('isom', ['mp42']), 'heic', 'type-mismatch'],
    ['a HEIC cut short', heic().subarray(0, -2), 'heic', 'image-damaged'],
    ['a PNG called JPEG', png(), 'jpeg', 'type-mismatch'],
  ]
  test.each(cases)('%s', (_, bytes, kind, expected) => expect(reason(bytes, kind)).toBe(expected))
})

describe('XML', () => {
  const deep = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
  const cases: [string, Uint8Array, string][] = [
    ['data', xml(), 'clean'],
    ['the five entities and a number', xml('&lt;&gt;&amp;&quot;&apos;&#65;'), 'clean'],
    ['UTF-16', utf16('<?xml version="1.0" encoding="UTF-16"?><a>Đ</a>'), 'clean'],
    ['a byte order mark', join('\xef\xbb\xbf', xml()), 'clean'],
    ['the word DOCTYPE as data', xml('<![CDATA[<!DOCTYPE a>]]>'), 'clean'],
    ['a Vietnamese element name', text('<đơn/>'), 'clean'],
    ['another processing instruction', xml('<?dich-vu a?>'), 'clean'],
    ['an element of no namespace called html', xml('<html/>'), 'clean'],
    ['200 levels', xml(deep(200)), 'clean'],
    ['a DTD', text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), 'xml-doctype'],
    ['a DTD in UTF-16', utf16('<!DOCTYPE a><a/>'), 'xml-doctype'],
    ['an unknown entity', xml('&b;'), 'xml-malformed'],
    ['an element left open', text('<a><b></a>'), 'xml-malformed'],
    ['two roots', text('<a/><b/>'), 'xml-malformed'],
    ['wrong UTF-8', join('<a>\xff</a>'), 'xml-malformed'],
    ['an old encoding', text('<?xml version="1.0" encoding="windows-1258"?><a/>'), 'xml-malformed'],
    [
      'a stylesheet reference',
      text('<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><a/>'),
      'xml-active-content',
    ],
    ['XHTML within', xml('<x:p xmlns:x="http://www.w3.org/1999/xhtml" onload="a()"/>'), 'xml-active-content'],
    ['SVG within', xml('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'xml-active-content'],
    [
      'a transform',
      text('<t:stylesheet xmlns:t="http://www.w3.org/1999/XSL/Transform"/>'),
      'xml-active-content',
    ],
    ['1,000 levels', xml(deep(1000)), 'too-complex'],
    ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'type-mismatch'],
    ['a web page', text('<!DOCTYPE html><html></html>'), 'type-mismatch'],
    ['plain text', text('xin chào'), 'type-mismatch'],
  ]
  test.each(cases)('%s', (_, bytes, expected) => expect(reason(bytes, 'xml')).toBe(expected))
})
