import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { inspectPdf } from '../../../../functions/document/inspection/pdf.ts'
import { eicar, join, xml } from './fixtures.ts'
import {
  encryptedPdf,
  minimalPdf,
  modernPdf,
  objectStreamPdf,
  pdfWith,
  pdfWithAttachment,
} from './pdf-fixtures.ts'

const script = '<< /S /JavaScript /JS (app.alert\\(1\\)) >>'
const hiddenObject = `90 0 obj\n${script}\nendobj\n`
const reason = (bytes: Uint8Array) => {
  const inspection = inspectPdf(bytes)
  return inspection.ok ? 'clean' : inspection.reason
}

describe('a PDF that does nothing is clean', () => {
  const harmless: [string, Uint8Array][] = [
    ['one page', minimalPdf()],
    ['structure in object and xref streams', modernPdf()],
    ['the word JavaScript on the page', minimalPdf({ text: 'JavaScript /JS /Launch' })],
    ['the word JavaScript in the title', pdfWith({ more: ['<< /Title (/JavaScript /JS) >>'] })],
    ['the word in hexadecimal', pdfWith({ more: ['<< /Title <2F4A53> >>'] })],
    ['the word in a comment', pdfWith({ more: ['<< /A 1 % /JS (x)\n >>'] })],
    [
      'an image that happens to hold /JS',
      pdfWith({
        more: [
          { dict: '<< /Subtype /Image /Filter /DCTDecode >>', stream: '\xff\xd8 /JS /JavaScript <</JS(' },
        ],
      }),
    ],
    ['a longer name', pdfWith({ more: ['<< /JSon 1 /Launcher 2 >>'] })],
    ['an action that shows a page', pdfWith({ root: '/OpenAction [3 0 R /Fit]' })],
    ['a link to a web address', pdfWith({ more: ['<< /S /URI /URI (https://dichvucong.gov.vn) >>'] })],
    ['a null Encrypt', pdfWith({}, { trailer: '/Encrypt null' })],
    ['an object stream of data', objectStreamPdf(['<< /A (JavaScript) >>', '[1 2 3]'])],
    ['junk after the end, as mail servers add', join(minimalPdf(), '\r\n\0\0')],
    [
      'an older offset that is wrong',
      join(minimalPdf(), 'xref\n0 1\n0000000030 00000 n \ntrailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF'),
    ],
  ]
  test.each(harmless)('%s', (_, bytes) => expect(inspectPdf(bytes)).toMatchObject({ ok: true }))

  test('a form is told as a finding', () => {
    expect(inspectPdf(pdfWith({ root: '/AcroForm << /Fields [] >>' }))).toEqual({
      ok: true,
      findings: ['pdf-form'],
    })
  })
})

describe('active content is found wherever it stands', () => {
  const raw = (body: string) => pdfWith({ more: [{ dict: '<< >>', stream: body }] })
  const hostile: [string, Uint8Array][] = [
    ['in the open action', pdfWith({ root: `/OpenAction ${script}` })],
    ['in additional actions', pdfWith({ root: `/AA << /WC ${script} >>` })],
    ['in a name tree', pdfWith({ root: '/Names << /JavaScript 6 0 R >>', more: ['<< /Names [] >>'] })],
    ['with an escaped name', pdfWith({ more: ['<< /S /J#61vaScript /#4a#53 (x) >>'] })],
    ['with a name cut by NUL', pdfWith({ more: ['<< /JS#00x (x) >>'] })],
    ['with the action type as an object of its own', pdfWith({ more: ['/JavaScript'] })],
    ['with comments between tokens', pdfWith({ more: ['<</S%x\r/JavaScript%)\n/JS%<<\r(x)>>'] })],
    ['with only carriage returns', pdfWith({ more: ['<<\r/S\r/JavaScript\r/JS\r(x)\r>>'] })],
    ['in an object nobody refers to', pdfWith({}, { before: hiddenObject })],
    [
      'in a superseded object',
      join(pdfWith({ more: [script] }), '6 0 obj\nnull\nendobj\nstartxref\n0\n%%EOF'),
    ],
    ['in an incremental update', join(minimalPdf(), hiddenObject, 'startxref\n0\n%%EOF')],
    ['within the data of a stream', raw(`BT ${hiddenObject} ET`)],
    ['within a string', pdfWith({ more: [`(${hiddenObject})`] })],
    ['within a comment', pdfWith({}, { before: `% 90 0 obj ${script}\n` })],
    [
      'within a stream whose Length is wrong',
      pdfWith({ more: [{ dict: '<< /Length 99999 >>', stream: hiddenObject }] }),
    ],
    ['with a comment in its header', pdfWith({}, { before: `90 % a\n0 % b\nobj ${script} endobj\n` })],
    ['with digits glued to the keyword', pdfWith({}, { before: `90 0 obj90${script} endobj\n` })],
    ['where endobj is missing', pdfWith({}, { before: `91 0 obj << /A 1 >>\n90 0 obj ${script}\n` })],
    ['behind another value', pdfWith({ more: [`1 ${script}`] })],
    ['in a wrong dictionary', pdfWith({ more: ['<< /A /JS (x) 1 >>'] })],
    ['in a wrong hex string', pdfWith({ more: ['<< /A <zz /JS (x) >>'] })],
    ['behind a comment ended by a carriage return', pdfWith({ more: ['<< /A 1 %x\r/JS (x)>>'] })],
    ['right behind a wrong hex string', pdfWith({ more: ['<< /A </JS (x) >>'] })],
    ['in the trailer', pdfWith({}, { trailer: `/Root << /OpenAction ${script} >>` })],
    ['where only an xref offset leads', strayOffset()],
    ['Launch', pdfWith({ more: ['<< /S /Launch /F (cmd.exe) >>'] })],
    ['SubmitForm', pdfWith({ more: ['<< /S /SubmitForm /F (http://x) >>'] })],
    ['ImportData', pdfWith({ more: ['<< /S /ImportData /F (x) >>'] })],
    ['GoToR', pdfWith({ more: ['<< /S /GoToR /F (x.pdf) /D [0 /Fit] >>'] })],
    ['GoToE', pdfWith({ more: ['<< /S /GoToE /T << /R /C >> >>'] })],
    ['RichMedia', pdfWith({ more: ['<< /Subtype /RichMedia >>'] })],
    ['XFA', pdfWith({ root: '/AcroForm << /XFA [(a) 6 0 R] >>', more: ['null'] })],
  ]
  test.each(hostile)('%s', (_, bytes) => expect(reason(bytes)).toBe('pdf-active-content'))
})

function strayOffset(): Uint8Array {
  // No `obj` at all before the action: only the table's entry leads a reader there.
  const head = minimalPdf()
  const row = `${String(head.length).padStart(10, '0')} 00000 n \n`
  return join(head, script, `\nxref\n90 1\n${row}trailer\n<< /Root 1 0 R >>\nstartxref\n0\n%%EOF`)
}

describe('a PDF nobody could open', () => {
  const broken: [string, Uint8Array, string][] = [
    ['encrypted by the trailer', encryptedPdf(), 'pdf-encrypted'],
    ['encrypted by the xref stream', modernPdf('', '/Encrypt 9 0 R'), 'pdf-encrypted'],
    ['junk before the header', join('GIF89a', minimalPdf()), 'pdf-damaged'],
    ['another version', join('%PDF-9.9\n', minimalPdf().subarray(9)), 'pdf-damaged'],
    ['cut short', minimalPdf().subarray(0, 500), 'pdf-damaged'],
    ['no page', join('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF'), 'pdf-damaged'],
    ['a dictionary left open', pdfWith({ more: ['<< /A 1'] }), 'pdf-damaged'],
    ['a string left open', pdfWith({ more: ['(abc'] }), 'pdf-damaged'],
  ]
  test.each(broken)('%s', (_, bytes, expected) => expect(reason(bytes)).toBe(expected))
})

describe('files attached to a PDF', () => {
  test('an XML is let through and told', () => {
    for (const packed of [true, false]) {
      expect(inspectPdf(pdfWithAttachment('hoadon.xml', xml(), packed))).toEqual({
        ok: true,
        findings: ['pdf-embedded-xml'],
      })
    }
  })
  const refused: [string, Uint8Array][] = [
    ['a program', pdfWithAttachment('a.xml', 'MZ\0\0')],
    ['a PDF', pdfWithAttachment('a.pdf', minimalPdf(), true)],
    ['an XML with a DTD', pdfWithAttachment('a.xml', '<!DOCTYPE a><a/>')],
    ['one that is missing', pdfWith({ more: ['<< /Type /Filespec /EF << /F 99 0 R >> >>'] })],
    ['one that cannot be followed', pdfWith({ more: ['<< /Type /Filespec /EF 7 0 R >>', '<< /F 8 0 R >>'] })],
  ]
  test.each(refused)('%s is refused', (_, bytes) => expect(reason(bytes)).toBe('pdf-embedded-file'))
})

test('the test virus is found in compressed page content', () => {
  const content = deflateSync(Buffer.from(eicar))
  expect(reason(pdfWith({ content, contentDict: '<< /Filter /FlateDecode >>' }))).toBe('malware-found')
})
