import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inspectContent } from '../../../../functions/document/inspection/inspect.ts'
import { docx, heic, join, jpeg, png, types, xlsx, xml } from './fixtures.ts'
import { minimalPdf, modernPdf, objectStreamPdf, pdfWith, pdfWithAttachment } from './pdf-fixtures.ts'

type Kind = keyof typeof types
const samples: [Kind, Uint8Array][] = [
  ['pdf', minimalPdf()],
  ['pdf', modernPdf()],
  ['pdf', objectStreamPdf(['<< /A 1 >>'])],
  ['pdf', pdfWithAttachment('a.xml', xml())],
  ['jpeg', jpeg()],
  ['png', png()],
  ['heic', heic()],
  ['docx', docx()],
  ['xlsx', xlsx()],
  ['xml', xml()],
]
// The checks themselves, without the net that turns a fault into a refusal: here a fault must show.
const look = (bytes: Uint8Array, kind: Kind) =>
  inspectContent(bytes, { contentType: types[kind], fileName: 'a' })

describe('no bytes make it fail', () => {
  test.each(samples)('%s cut at every offset', (kind, bytes) => {
    for (let i = 0; i < bytes.length; i++) look(bytes.subarray(0, i), kind)
  })

  test('random bytes, with or without the right beginning', () => {
    const sample = fc.constantFrom(...samples)
    fc.assert(
      fc.property(sample, fc.nat(40), fc.uint8Array({ maxLength: 400 }), ([kind, bytes], keep, noise) => {
        look(join(bytes.subarray(0, keep), noise), kind)
      }),
      { numRuns: 2000 },
    )
  })

  test('mutated files', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(fc.constantFrom(...samples), edits, ([kind, bytes], changes) => {
        const copy = bytes.slice()
        for (const [at, value] of changes) copy[at % copy.length] = value
        look(copy, kind)
      }),
      { numRuns: 3000 },
    )
  })
})

describe('no bytes take long', () => {
  const megabytes = (n: number, unit: string) => unit.repeat(Math.ceil((n * 1_000_000) / unit.length))
  const around = (middle: string) => join(minimalPdf(), middle, '\nstartxref\n0\n%%EOF')
  const bomb = deflateSync(Buffer.alloc(300_000_000, ' '), { level: 9 })
  const inner = (body: Uint8Array) =>
    pdfWith({ more: [{ dict: '<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>', stream: body }] })
  const offsets = Array.from({ length: 100_000 }, (_, i) => `${i} ${i}`).join(' ')
  const nested = `${offsets} ${'[1 '.repeat(100)}${' 1'.repeat(500_000)}`
  const floods: [string, Kind, () => Uint8Array][] = [
    ['objects', 'pdf', () => around(megabytes(10, '0 obj '))],
    ['objects opening dictionaries', 'pdf', () => around(megabytes(10, '0 obj<<'))],
    ['objects opening strings', 'pdf', () => around(megabytes(10, '0 obj('))],
    ['streams without an end', 'pdf', () => around(megabytes(10, '0 0 obj<</Length 9 0 R>>stream '))],
    [
      'streams said to reach the end',
      'pdf',
      () => around(megabytes(10, '0 0 obj<</Length 99999999/First 1/Filter/AHx>>stream ')),
    ],
    [
      'content said to reach the end',
      'pdf',
      () => around(megabytes(10, '0 0 obj<</Length 99999999/Filter/AHx>>stream ')),
    ],
    ['brackets', 'pdf', () => around(`9 0 obj ${megabytes(10, '[')}`)],
    ['numbers', 'pdf', () => around(`9 0 obj [${megabytes(10, '1 ')}`)],
    ['names', 'pdf', () => around(`9 0 obj <<${megabytes(10, '/A 1')}`)],
    ['comments', 'pdf', () => around(megabytes(10, '%\n'))],
    ['line ends', 'pdf', () => around(`${megabytes(10, '\n')}obj`)],
    ['trailers', 'pdf', () => around(megabytes(10, 'trailer<<'))],
    ['table rows', 'pdf', () => around(`xref\n0 1\n${megabytes(10, '0000000010 00000 n ')}`)],
    ['tables', 'pdf', () => around(megabytes(10, 'xref 0 1 '))],
    ['a bomb for an object stream', 'pdf', () => inner(bomb)],
    [
      'a bomb for page content',
      'pdf',
      () => pdfWith({ content: bomb, contentDict: '<< /Filter /FlateDecode >>' }),
    ],
    ['offsets into nested arrays', 'pdf', () => inner(deflateSync(Buffer.from(nested)))],
    ['line ends and digits in an XML', 'xml', () => xml(megabytes(10, '<a b="c"/>'))],
    [
      'attributes in an XML',
      'xml',
      () => xml(`<a ${Array.from({ length: 600_000 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
    ],
    ['entities in an XML', 'xml', () => xml(megabytes(10, '&lt;'))],
    ['markers in a JPEG', 'jpeg', () => join(jpeg().subarray(0, -2), megabytes(10, '\xff'))],
    ['ends of directory behind a JPEG', 'jpeg', () => join(jpeg(), megabytes(10, 'PK\x05\x06'))],
    ['chunks in a PNG', 'png', () => join(png().subarray(0, -12), megabytes(10, '\0\0\0\0abcd\0\0\0\0'))],
    ['boxes in a HEIC', 'heic', () => join(heic(), megabytes(10, '\0\0\0\x08free'))],
    ['comments before a page', 'xml', () => join(megabytes(10, '<!--'))],
  ]
  test.each(floods)('%s', (_, kind, make) => {
    const bytes = make()
    const start = performance.now()
    look(bytes, kind)
    expect(performance.now() - start).toBeLessThan(15_000)
  })

  test('a bomb is named', () => expect(look(inner(bomb), 'pdf')).toMatchObject({ reason: 'archive-bomb' }))
})

test('a scan of ten megabytes of noise is not refused for what chance writes in it', () => {
  let seed = 7
  const noise = Uint8Array.from({ length: 10_000_000 }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    return seed >>> 24
  })
  noise.set(Buffer.from(' /JS (x) /JavaScript << /S /Launch >> obj << '), 5000)
  const scan = pdfWith({ more: [{ dict: '<< /Subtype /Image /Filter /DCTDecode >>', stream: noise }] })
  expect(look(scan, 'pdf')).toMatchObject({ ok: true })
})
