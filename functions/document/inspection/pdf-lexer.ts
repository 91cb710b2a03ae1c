import { ascii } from './bytes.ts'
import { countToken, type PdfEffort } from './pdf-effort.ts'

/** One token of PDF syntax (ISO 32000-2, 7.2 and 7.3). A `word` is a keyword or anything unknown. */
export type PdfToken =
  | { kind: 'name'; name: string }
  | { kind: 'number'; value: number }
  | { kind: 'string' }
  | { kind: 'word'; word: string }
  | { kind: '<<' | '>>' | '[' | ']' | 'unclosed-string' | 'end' }

const regular = 0
const white = 1
const delimiter = 2
const classes = new Uint8Array(256)
for (const byte of [0, 9, 10, 12, 13, 32]) classes[byte] = white
for (const byte of Buffer.from('()<>[]{}/%')) classes[byte] = delimiter

const longestWord = 127

export function isPdfWhite(byte: number | undefined): boolean {
  return byte !== undefined && classes[byte] === white
}

export class PdfLexer {
  readonly bytes: Uint8Array
  readonly effort: PdfEffort
  at: number

  constructor(bytes: Uint8Array, at: number, effort: PdfEffort) {
    this.bytes = bytes
    this.at = at
    this.effort = effort
  }

  next(): PdfToken {
    const from = this.at
    this.skipSpace()
    const token = this.effort.spent ? ({ kind: 'end' } as const) : this.read()
    countToken(this.effort, this.at - from)
    return token
  }

  private skipSpace(): void {
    const { bytes } = this
    while (this.at < bytes.length) {
      const byte = bytes[this.at]
      if (byte === 0x25) this.skipComment()
      else if (isPdfWhite(byte)) this.at++
      else return
    }
  }

  private skipComment(): void {
    const { bytes } = this
    while (this.at < bytes.length && bytes[this.at] !== 10 && bytes[this.at] !== 13) this.at++
  }

  private read(): PdfToken {
    const byte = this.bytes[this.at]
    switch (byte) {
      case undefined:
        return { kind: 'end' }
      case 0x2f:
        return this.readName()
      case 0x28:
        return this.readLiteral()
      case 0x3c:
        return this.readAngle()
      case 0x3e:
        this.at += this.bytes[this.at + 1] === 0x3e ? 2 : 1
        return { kind: '>>' }
      case 0x5b:
        this.at++
        return { kind: '[' }
      case 0x5d:
        this.at++
        return { kind: ']' }
      case 0x29:
      case 0x7b:
      case 0x7d:
        this.at++
        return { kind: 'word', word: String.fromCharCode(byte) }
      default:
        return this.readWord()
    }
  }

  private skipRegular(): void {
    const { bytes } = this
    while (this.at < bytes.length && classes[bytes[this.at] ?? 0] === regular) this.at++
  }

  private readName(): PdfToken {
    const start = ++this.at
    this.skipRegular()
    const raw = ascii(this.bytes, start, Math.min(this.at, start + 4 * longestWord))
    if (!raw.includes('#')) return { kind: 'name', name: raw }
    const name = raw.replace(/#([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    // Readers written in C stop at a NUL, so to them /JS#00x is /JS.
    const nul = name.indexOf('\0')
    return { kind: 'name', name: nul === -1 ? name : name.slice(0, nul) }
  }

  private readLiteral(): PdfToken {
    const { bytes } = this
    let open = 0
    while (this.at < bytes.length) {
      const byte = bytes[this.at++]
      if (byte === 0x5c) this.at++
      else if (byte === 0x28) open++
      else if (byte === 0x29 && --open === 0) return { kind: 'string' }
    }
    this.at = bytes.length
    return { kind: 'unclosed-string' }
  }

  private readAngle(): PdfToken {
    const { bytes } = this
    if (bytes[this.at + 1] === 0x3c) {
      this.at += 2
      return { kind: '<<' }
    }
    let end = this.at + 1
    while (end < bytes.length && isHexOrWhite(bytes[end] ?? 0)) end++
    // Readers differ on what a wrong hex string swallows; stepping over `<` alone hides nothing from us.
    if (bytes[end] !== 0x3e) {
      this.at++
      return { kind: 'word', word: '<' }
    }
    this.at = end + 1
    return { kind: 'string' }
  }

  private readWord(): PdfToken {
    const start = this.at
    this.skipRegular()
    const word = ascii(this.bytes, start, Math.min(this.at, start + longestWord))
    const first = word.charCodeAt(0)
    if (first > 0x39 || !/^[+-]*\d*\.?\d*$/.test(word)) return { kind: 'word', word }
    const value = Number(word)
    return Number.isNaN(value) ? { kind: 'word', word } : { kind: 'number', value }
  }
}

function isHexOrWhite(byte: number): boolean {
  const digit = byte >= 0x30 && byte <= 0x39
  const letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66
  return digit || letter || classes[byte] === white
}
