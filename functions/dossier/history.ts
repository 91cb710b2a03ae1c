import { canonicalJson } from '../../shared/canonical-json.ts'
import { sha256Hex } from '../../shared/ids.ts'

export const firstHash = '0'.repeat(64)

/** One line of the append-only history of a dossier. */
export interface HistoryLine {
  seq: number
  at: string
  /** `citizen`, or `officer:<agency>`; never a name. */
  actor: string
  type: string
  note: string | null
  previousHash: string
  hash: string
}

/**
 * The hash of a line: SHA-256, in hex, over the previous hash followed by the canonical JSON (RFC 8785) of
 * `{seq, at, actor, type, noteHash}`. `noteHash` is the SHA-256 of the note (of the empty text when there is
 * none), so that a note can be erased by law without breaking the chain.
 */
export const hashOf = (line: Omit<HistoryLine, 'hash'>): string => {
  const { seq, at, actor, type, note, previousHash } = line
  return sha256Hex(previousHash + canonicalJson({ seq, at, actor, type, noteHash: sha256Hex(note ?? '') }))
}

export const nextLine = (
  last: { historySeq: number; historyHash: string },
  entry: Pick<HistoryLine, 'at' | 'actor' | 'type' | 'note'>,
): HistoryLine => {
  const line = { seq: last.historySeq + 1, ...entry, previousHash: last.historyHash }
  return { ...line, hash: hashOf(line) }
}

/** The first line that does not follow from the one before it, or undefined when the chain holds. */
export const brokenAt = (lines: readonly HistoryLine[]): number | undefined => {
  let previous = { seq: 0, hash: firstHash }
  for (const line of lines) {
    if (line.seq !== previous.seq + 1 || line.previousHash !== previous.hash || line.hash !== hashOf(line))
      return line.seq
    previous = line
  }
  return undefined
}
