import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { headItem } from '../../../functions/document/head-item.ts'
import {
  fileName,
  ownerRefOf,
  purpose,
  reasonCodes,
  spokenSize,
  tidyFileName,
} from '../../../functions/document/model.ts'
import { reasonTexts, viewOf } from '../../../functions/document/reasons.ts'
import { newDocument } from './world.ts'

const anyName = fc.string({ unit: 'binary', maxLength: 300 })

describe('a file name', () => {
  it('is tidied to something harmless, and tidying again changes nothing', () => {
    fc.assert(
      fc.property(anyName, (given) => {
        const name = tidyFileName(given)
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Cf}\p{Cs}]/u)
        expect(name.normalize('NFC')).toBe(name)
        expect(name.isWellFormed()).toBe(true)
        expect(tidyFileName(name)).toBe(name)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['C:\\fakepath\\Đơn.pdf', 'Đơn.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['Đơn đăng ký.pdf'.normalize('NFD'), 'Đơn đăng ký.pdf'],
    ['hoa-don\u202Efdp.exe', 'hoa-donfdp.exe'],
    ['a\r\nSet-Cookie: b.pdf', 'aSet-Cookie: b.pdf'],
    [' giấy khai sinh.jpg ', 'giấy khai sinh.jpg'],
  ])('%j becomes %j', (given, tidy) => {
    expect(fileName.parse(given)).toBe(tidy)
  })

  it('is measured after tidying', () => {
    expect(fileName.safeParse('ễ'.normalize('NFD').repeat(200)).success).toBe(true)
    expect(fileName.safeParse('a'.repeat(201)).success).toBe(false)
    for (const empty of ['', ' ', 'a/', '\u200b', '\\']) expect(fileName.safeParse(empty).success).toBe(false)
  })
})

describe('an owner', () => {
  const officer = {
    actor: 'officer',
    issuer: 'https://a.test',
    name: 'A',
    agency: 'H42.101',
    roles: [],
  } as const
  const citizen = { ...officer, actor: 'citizen', personalId: '037090001234', ref: 'REF1', loa: 2 } as const

  it('is the citizen reference, or an account that no other issuer can imitate', () => {
    expect(ownerRefOf({ ...citizen, subject: 's' })).toBe('REF1')
    const refs = [
      ownerRefOf({ ...officer, subject: 'REF1' }),
      ownerRefOf({ ...officer, subject: 'REF2' }),
      ownerRefOf({ ...officer, issuer: 'https://b.test', subject: 'REF1' }),
    ]
    expect(new Set([...refs, 'REF1', 'REF2']).size).toBe(5)
  })
})

describe('a document', () => {
  it('is stored in less than a kilobyte even with a long Vietnamese name', () => {
    const item = headItem(
      newDocument({
        ownerRef: `officer:${'a'.repeat(40)}`,
        state: 'awaiting-upload',
        reason: 'pdf-active-content',
        fileName: 'Đơn đề nghị đăng ký thường trú '.repeat(7).slice(0, 200),
        contentType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        deletedAt: '2026-11-21T09:05:00.000+07:00',
      }),
    )
    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(1_024)
  })

  it('tells its owner the reason in both languages', () => {
    expect(viewOf(newDocument({ state: 'rejected', reason: 'malware-found' })).reason).toEqual({
      code: 'malware-found',
      ...reasonTexts['malware-found'],
    })
    expect(viewOf(newDocument()).reason).toBeNull()
    for (const code of reasonCodes) {
      expect(reasonTexts[code].vi).toMatch(/[àáảãạăâđêôơư]/i)
      expect(reasonTexts[code].en.length).toBeGreaterThan(10)
    }
  })

  it('says what it is for in a word, not in a sentence about a person', () => {
    expect(purpose.safeParse('dossier_component.1').success).toBe(true)
    expect(purpose.safeParse('đơn của Nguyễn Văn A').success).toBe(false)
  })
})

describe('a size', () => {
  it('is never spoken larger than it is', () => {
    expect(spokenSize(10 * 1024 * 1024)).toBe('10 MB')
    expect(spokenSize(1_572_863)).toBe('1.4 MB')
    expect(spokenSize(2_048)).toBe('2 KB')
    expect(spokenSize(12)).toBe('12 byte')
  })
})
