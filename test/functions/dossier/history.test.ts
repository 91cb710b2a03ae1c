import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brokenAt, firstHash, type HistoryLine, nextLine } from '../../../functions/dossier/history.ts'
import { runs } from '../../kit/runs.ts'

const entry = fc.record({
  at: fc.constant('2026-11-21T09:05:00.000+07:00'),
  actor: fc.constantFrom('citizen', 'officer:H42.101'),
  type: fc.constantFrom('drafted', 'submitted', 'received'),
  note: fc.option(fc.string(), { nil: null }),
})
const chain = fc.array(entry, { minLength: 1, maxLength: 12 }).map((entries) => {
  const lines: HistoryLine[] = []
  for (const e of entries) {
    const last = lines.at(-1)
    lines.push(nextLine({ historySeq: last?.seq ?? 0, historyHash: last?.hash ?? firstHash }, e))
  }
  return lines
})

describe('the history of a dossier', () => {
  it('is the published formula', () => {
    const line = nextLine(
      { historySeq: 0, historyHash: firstHash },
      { at: '2026-11-21T09:05:00.000+07:00', actor: 'citizen', type: 'submitted', note: null },
    )
    // SHA-256 of 64 zeros followed by {"actor":"citizen","at":"2026-11-21T09:05:00.000+07:00","noteHash":
    // "e3b0…b855","seq":1,"type":"submitted"}, worked out with a shell: printf … | sha256sum.
    expect(line.hash).toBe('453989489e191f73b46a07678bbdf2bd06e61a564f31f56d2e2cfb9bf5aca700')
  })

  it('holds as it was written', () => {
    fc.assert(
      fc.property(chain, (lines) => {
        expect(brokenAt(lines)).toBeUndefined()
      }),
      { numRuns: runs(200) },
    )
  })

  it('shows the line when any field was changed, or a line was taken out or put elsewhere', () => {
    const tamper = fc.constantFrom('at', 'actor', 'type', 'note', 'hash', 'previousHash', 'gone', 'swapped')
    fc.assert(
      fc.property(chain, tamper, fc.nat(), (lines, how, pick) => {
        const index = pick % lines.length
        const line = lines[index] as HistoryLine
        let changed: HistoryLine[]
        if (how === 'gone') {
          // The last line's absence shows in the head, which names its number and hash.
          if (index === lines.length - 1) return
          changed = lines.filter((l) => l !== line)
        } else if (how === 'swapped') {
          const other = lines[(index + 1) % lines.length] as HistoryLine
          if (other === line) return
          changed = lines.map((l) => (l === line ? other : l === other ? line : l))
        } else
          changed = lines.map((l) =>
            l === line ? { ...l, [how]: `${l[how as keyof HistoryLine] ?? ''}x` } : l,
          )
        expect(brokenAt(changed)).toBeDefined()
      }),
      { numRuns: runs(300) },
    )
  })
})
