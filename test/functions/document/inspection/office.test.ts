import { describe, expect, test } from 'vitest'
import { inspectOffice } from '../../../../functions/document/inspection/office.ts'
import { docx, docxParts, eicar, relationship, rels, xlsx, type ZipPart, zip } from './fixtures.ts'

const reason = (bytes: Uint8Array, kind: 'docx' | 'xlsx' = 'docx') => {
  const inspection = inspectOffice(bytes, kind)
  return inspection.ok ? 'clean' : inspection.reason
}
const withPart = (name: string, data: ZipPart['data']) => docx({ more: [{ name, data }] })
const linked = (...list: string[]) => withPart('word/_rels/document.xml.rels', rels(...list))
const field = (...runs: string[]) =>
  docx({
    body: `<w:fldChar w:fldCharType="begin"/>${runs.map((run) => `<w:instrText>${run}</w:instrText>`).join('')}<w:fldChar w:fldCharType="end"/>`,
  })

describe('what a harmless document carries', () => {
  const clean: [string, Uint8Array, 'docx' | 'xlsx'][] = [
    ['text', docx(), 'docx'],
    ['a workbook', xlsx(), 'xlsx'],
    ['a stored part', docx({ more: [{ name: 'word/media/a.png', data: 'x', stored: true }] }), 'docx'],
    ['an archive comment', docx({ comment: 'hello' }), 'docx'],
    ['a hyperlink', linked(relationship('hyperlink', 'https://dichvucong.gov.vn', true)), 'docx'],
    ['a picture from the web', linked(relationship('image', 'https://a.vn/b.png', true)), 'docx'],
    [
      'a template on the author’s disk',
      linked(relationship('attachedTemplate', 'file:///C:\\Users\\a\\b.dotx', true)),
      'docx',
    ],
    ['an inner template', linked(relationship('attachedTemplate', 'b.dotx')), 'docx'],
    ['the workbook of a chart', withPart('word/embeddings/a.xlsx', xlsx()), 'docx'],
    [
      'a printer’s settings',
      xlsx({ more: [{ name: 'xl/printerSettings/printerSettings1.bin', data: 'x' }] }),
      'xlsx',
    ],
    ['a page number field', field('PAGE'), 'docx'],
    ['a field that mentions DDE', field('QUOTE DDEAUTO'), 'docx'],
    [
      'a highly regular sheet',
      xlsx({ more: [{ name: 'xl/worksheets/sheet1.xml', data: '<c>1</c>'.repeat(100_000) }] }),
      'xlsx',
    ],
  ]
  test.each(clean)('%s', (_, bytes, kind) => expect(reason(bytes, kind)).toBe('clean'))
})

describe('what is refused', () => {
  const macroType = 'application/vnd.ms-word.document.macroEnabled.main+xml'
  const parts = docxParts()
  const hostile: [string, Uint8Array, string][] = [
    ['a macro project', withPart('word/vbaProject.bin', 'x'), 'office-macro'],
    ['a renamed DOCM', docx({ mainType: macroType }), 'office-macro'],
    ['a macro project under another name', linked(relationship('vbaProject', 'a.dat')), 'office-macro'],
    ['an old macro sheet', withPart('xl/macrosheets/sheet1.xml', '<a/>'), 'office-macro'],
    ['an OLE object', withPart('word/embeddings/oleObject1.bin', 'x'), 'office-active-content'],
    [
      'an OLE container under another name',
      withPart('word/media/a.png', Buffer.from('d0cf11e0a1b11ae1', 'hex')),
      'office-active-content',
    ],
    ['a program under another name', withPart('word/media/a.png', 'MZ..'), 'office-active-content'],
    ['ActiveX', withPart('word/activeX/activeX1.xml', '<a/>'), 'office-active-content'],
    ['a linked object', linked(relationship('oleObject', 'http://a/b', true)), 'office-active-content'],
    [
      'a template from the web',
      linked(relationship('attachedTemplate', 'http://a/b.dotm', true)),
      'office-active-content',
    ],
    [
      'a template from a server',
      linked(relationship('attachedTemplate', 'file:///\\\\a\\b.dotm', true)),
      'office-active-content',
    ],
    ['a frame', linked(relationship('frame', 'http://a/b', true)), 'office-active-content'],
    ['a picture from a server', linked(relationship('image', '\\\\a\\b.png', true)), 'office-active-content'],
    ['an HTML chunk', linked(relationship('aFChunk', 'a.html')), 'office-active-content'],
    ['a DDE field', field('DDEAUTO cmd'), 'office-active-content'],
    ['a DDE field in pieces', field(' D', 'DE', ' cmd'), 'office-active-content'],
    [
      'a macro in an embedded workbook',
      withPart('word/embeddings/a.xlsx', xlsx({ more: [{ name: 'xl/vbaProject.bin', data: 'x' }] })),
      'office-macro',
    ],
    ['the test virus in a part', withPart('word/media/a.png', eicar), 'malware-found'],
    ['a DTD in a part', withPart('word/styles.xml', '<!DOCTYPE a><a/>'), 'office-damaged'],
    ['a plain ZIP', zip([{ name: 'a.txt', data: 'x' }]), 'type-mismatch'],
    ['a workbook called a document', xlsx(), 'type-mismatch'],
    ['two names of one part', zip([...parts, { name: 'WORD/document.xml', data: 'x' }]), 'office-damaged'],
    [
      'a local header of another name',
      zip([...parts, { name: 'a.xml', localName: 'b.xml', data: '<a/>' }]),
      'office-damaged',
    ],
    ['bytes between entries', docx({ between: 'hidden' }), 'office-damaged'],
    [
      'bytes behind one entry',
      docx({
        more: [
          { name: 'a.bin', data: 'x', after: 'y' },
          { name: 'b.bin', data: 'x' },
        ],
      }),
      'office-damaged',
    ],
    ['a size too large', docx({ more: [{ name: 'a.bin', data: 'x', size: 9 }] }), 'office-damaged'],
    ['an encrypted entry', docx({ more: [{ name: 'a.xml', data: 'x', flags: 1 }] }), 'office-damaged'],
    ['a path out of the archive', withPart('../a.xml', '<a/>'), 'office-damaged'],
    ['a path with backslashes', withPart('a\\b.xml', '<a/>'), 'office-damaged'],
    [
      'a size that lies',
      docx({ more: [{ name: 'a.bin', data: 'x'.repeat(99), size: 9 }] }),
      'office-damaged',
    ],
    ['bytes after the archive', Buffer.concat([docx(), Buffer.from('x')]), 'office-damaged'],
    ['bytes before the archive', Buffer.concat([Buffer.from('x'), docx()]), 'office-damaged'],
    ['a bomb', withPart('word/media/a.bin', Buffer.alloc(8 * 1024 * 1024)), 'archive-bomb'],
    [
      'no relationship to the main part',
      zip(parts.filter((part) => part.name !== '_rels/.rels')),
      'office-damaged',
    ],
  ]
  test.each(hostile)('%s', (_, bytes, expected) => expect(reason(bytes)).toBe(expected))
})
