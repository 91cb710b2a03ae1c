import { describe, expect, test, vi } from 'vitest'
import { acceptedTypes } from '../../../../functions/document/inspection/accepted-types.ts'
import { inspect } from '../../../../functions/document/inspection/inspect.ts'
import { describeRejection, rejectTexts } from '../../../../functions/document/inspection/reject-texts.ts'
import { eicarScanner, type Scanner } from '../../../../functions/document/inspection/scanner.ts'
import { rejectReasons } from '../../../../functions/document/inspection/verdict.ts'
import { declare, docx, eicar, heic, join, jpeg, png, text, types, xlsx, xml } from './fixtures.ts'
import { minimalPdf } from './pdf-fixtures.ts'

const samples = {
  pdf: minimalPdf(),
  jpeg: jpeg(),
  png: png(),
  heic: heic(),
  docx: docx(),
  xlsx: xlsx(),
  xml: xml(),
}
const pdf = declare(samples.pdf, types.pdf, 'don.pdf')
const clean: Scanner = async () => ({ verdict: 'clean' })

describe('identity', () => {
  test.each(Object.entries(samples))('a %s that is what it says is clean', async (kind, bytes) => {
    const contentType = types[kind as keyof typeof types]
    const declared = declare(bytes, contentType, `đơn xin.${kind}`)
    expect(await inspect(bytes, declared, { scanners: [clean, eicarScanner] })).toEqual({
      outcome: 'clean',
      contentType,
      size: bytes.length,
      sha256: declared.sha256,
      findings: [],
    })
  })

  const refused: [string, Uint8Array, object, string][] = [
    ['nothing', new Uint8Array(), { size: 0 }, 'empty-file'],
    ['another size', samples.pdf, { size: 5 }, 'size-mismatch'],
    ['another checksum', samples.pdf, { sha256: '0'.repeat(64) }, 'checksum-mismatch'],
    ['a type not accepted', samples.pdf, { contentType: 'application/zip' }, 'type-not-accepted'],
    ['another type', samples.pdf, { contentType: types.png }, 'type-mismatch'],
    ['the name of a program', samples.pdf, { fileName: 'don.pdf.exe' }, 'type-mismatch'],
    ['the name of a program in disguise', samples.pdf, { fileName: 'don.EXE. ' }, 'type-mismatch'],
    ['the name of another type', samples.pdf, { fileName: 'don.docx' }, 'type-mismatch'],
  ]
  test.each(refused)('%s is refused', async (_, bytes, change, reason) => {
    expect(await inspect(bytes, { ...pdf, ...change })).toMatchObject({ outcome: 'rejected', reason })
  })

  test('a checksum in capitals, a charset and a name without an extension are no contradiction', async () => {
    const declared = {
      ...pdf,
      sha256: pdf.sha256.toUpperCase(),
      contentType: 'Application/PDF; a=b',
      fileName: 'don. Nguyen Van A',
    }
    expect(await inspect(samples.pdf, declared)).toMatchObject({ outcome: 'clean', contentType: types.pdf })
  })

  test('a mismatch says what the file looks like', async () => {
    const verdict = await inspect(samples.png, declare(samples.png, types.pdf))
    expect(verdict).toMatchObject({ params: { declared: 'pdf', looksLike: 'png' } })
  })

  test('a document under a password is told from an old one', async () => {
    const ole = Buffer.from('d0cf11e0a1b11ae1', 'hex')
    const sealed = join(ole, Buffer.from('EncryptedPackage', 'utf16le'))
    expect(await inspect(sealed, declare(sealed, types.docx))).toMatchObject({ reason: 'office-encrypted' })
    expect(await inspect(ole, declare(ole, types.docx))).toMatchObject({ params: { looksLike: 'office-97' } })
  })

  test('a PDF that is an archive too is refused', async () => {
    const both = join(samples.pdf, samples.docx)
    expect(await inspect(both, declare(both, types.pdf))).toMatchObject({ params: { looksLike: 'zip' } })
  })
})

describe('scanners', () => {
  test('the built-in check finds the test virus without any scanner', async () => {
    const bytes = join(samples.pdf, eicar)
    expect(await inspect(bytes, declare(bytes, types.pdf))).toMatchObject({ reason: 'malware-found' })
    expect(await eicarScanner(bytes)).toMatchObject({ verdict: 'infected' })
  })

  test('a find refuses, and wins over a scanner that gave no answer', async () => {
    const scanners: Scanner[] = [
      async () => ({ verdict: 'unavailable' }),
      async () => ({ verdict: 'infected', name: 'X' }),
    ]
    expect(await inspect(samples.pdf, pdf, { scanners })).toEqual({
      outcome: 'rejected',
      reason: 'malware-found',
      params: { name: 'X' },
    })
  })

  test.each<[string, Scanner]>([
    ['says so', async () => ({ verdict: 'unavailable' })],
    ['fails', () => Promise.reject(new Error('down'))],
  ])('a scanner that %s delays the verdict', async (_, scanner) => {
    expect(await inspect(samples.pdf, pdf, { scanners: [clean, scanner] })).toEqual({
      outcome: 'scan-delayed',
    })
  })

  test('a file refused anyway is not scanned', async () => {
    const scanner = vi.fn(clean)
    await inspect(text('x'), declare(text('x'), types.pdf), { scanners: [scanner] })
    expect(scanner).not.toHaveBeenCalled()
  })
})

describe('words', () => {
  test('each reason has a whole sentence in both languages', () => {
    for (const reason of rejectReasons) {
      expect(rejectTexts[reason].vi).toMatch(/[ạảấầậắặếềệộốờợụứừựđ].*\.$/)
      expect(rejectTexts[reason].en).toMatch(/^[A-Z].*\.$/)
    }
    expect(Object.keys(rejectTexts)).toHaveLength(rejectReasons.length)
    expect(acceptedTypes).toHaveLength(9)
  })

  test('a mismatch names the kind in its sentence', () => {
    const rejection = { reason: 'type-mismatch', params: { looksLike: 'png' } } as const
    expect(describeRejection(rejection, 'vi')).toContain('Tệp này giống ảnh PNG.')
    expect(describeRejection(rejection, 'en')).toContain('This looks like a PNG image.')
  })
})
