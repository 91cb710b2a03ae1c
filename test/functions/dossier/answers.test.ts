import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeAnswers, mergePatch, repin, replaceAttachments } from '../../../functions/dossier/answers.ts'
import type { Attachment, Content } from '../../../functions/dossier/model.ts'
import { runs } from '../../kit/runs.ts'

const json = fc
  .jsonValue({ maxDepth: 4 })
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as unknown)
const object = fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), json)

describe('merge patch', () => {
  // The examples of RFC 7396, appendix A.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, expected) => {
    expect(mergePatch(target, patch)).toEqual(expected)
  })

  it('changes nothing the second time, and never the value it was given', () => {
    fc.assert(
      fc.property(object, object, (answers, patch) => {
        const before = structuredClone(answers)
        const once = mergeAnswers(answers, patch)
        expect(mergeAnswers(once, patch)).toEqual(once)
        expect(answers).toEqual(before)
      }),
      { numRuns: runs(300) },
    )
  })

  it('keeps the fields of both when two devices write different ones, in either order', () => {
    fc.assert(
      fc.property(object, object, object, (answers, one, other) => {
        const phone = Object.fromEntries(Object.entries(one).map(([k, v]) => [`phone-${k}`, v]))
        const desk = Object.fromEntries(Object.entries(other).map(([k, v]) => [`desk-${k}`, v]))
        expect(mergeAnswers(mergeAnswers(answers, phone), desk)).toEqual(
          mergeAnswers(mergeAnswers(answers, desk), phone),
        )
      }),
      { numRuns: runs(300) },
    )
  })
})

const file = (componentId: string, documentId: string): Attachment => ({
  componentId,
  documentId,
  fileName: `${documentId}.pdf`,
  contentType: 'application/pdf',
  size: 1,
  sha256: '0'.repeat(64),
})

describe('files of components', () => {
  it('replaces the files of the named components only', () => {
    const present = [file('a', '1'), file('b', '2'), file('b', '3')]
    const after = replaceAttachments(present, new Set(['b', 'c']), [file('c', '4')])
    expect(after.map((f) => f.documentId)).toEqual(['1', '4'])
  })
})

describe('another version of the procedure', () => {
  it('keeps every answer and file, in place or aside, whatever the versions ask for', () => {
    const names: fc.Arbitrary<string[]> = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'))
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), json),
        names,
        names,
        names,
        (answers, files, v2, v3) => {
          const content: Content = {
            version: 1,
            answers,
            components: files.map((name) => file(name, name)),
            aside: null,
            applicant: { name: 'x', personalId: '0' },
          }
          const under = (from: Content, known: string[]): Content => ({
            ...from,
            ...repin(from, { answers: new Set(known), components: new Set(known) }),
          })
          const after = under(under(content, v2), v3)
          expect({ ...after.aside?.answers, ...after.answers }).toEqual(answers)
          const kept = [...after.components, ...(after.aside?.components ?? [])].map((f) => f.documentId)
          expect(kept.sort()).toEqual([...files].sort())
          expect(Object.keys(after.answers).every((name) => v3.includes(name))).toBe(true)
        },
      ),
      { numRuns: runs(300) },
    )
  })
})
