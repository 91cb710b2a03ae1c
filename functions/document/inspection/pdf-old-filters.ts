import type { Decoded } from './pdf-decoded.ts'
import { isPdfWhite } from './pdf-lexer.ts'

const damaged: Decoded = { ok: false, why: 'damaged' }
const bomb: Decoded = { ok: false, why: 'bomb' }

/** ISO 32000-2, 7.4.2: pairs of hexadecimal digits up to `>`. */
export function decodeAsciiHex(data: Uint8Array): Decoded {
  const out = new Uint8Array((data.length >> 1) + 1)
  let digits = 0
  for (const byte of data) {
    if (byte === 0x3e) break
    if (isPdfWhite(byte)) continue
    const digit = hexDigit(byte)
    if (digit === -1) return damaged
    const at = digits >> 1
    out[at] = digits % 2 === 0 ? digit << 4 : (out[at] ?? 0) | digit
    digits++
  }
  return { ok: true, data: out.subarray(0, (digits + 1) >> 1) }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** ISO 32000-2, 7.4.3: groups of five base-85 digits up to `~>`, `z` for four zeros. */
export function decodeAscii85(data: Uint8Array, limit: number): Decoded {
  const out = new Uint8Array(Math.min(limit, data.length * 4) + 8)
  let length = 0
  let group = 0
  let digits = 0
  const flush = (count: number) => {
    for (let i = 0; i < count; i++) out[length++] = Math.floor(group / 2 ** (24 - 8 * i)) & 0xff
    group = 0
    digits = 0
  }
  for (const [i, byte] of data.entries()) {
    if (byte === 0x7e) break
    if (isPdfWhite(byte) || (i === 0 && byte === 0x3c)) continue
    if (length > limit) return bomb
    if (byte === 0x7a && digits === 0) flush(4)
    else if (byte < 0x21 || byte > 0x75) return damaged
    else {
      group = group * 85 + (byte - 0x21)
      digits++
      if (digits === 5) {
        if (group > 0xffffffff) return damaged
        flush(4)
      }
    }
  }
  if (digits === 1) return damaged
  if (digits > 1) {
    const count = digits - 1
    for (; digits < 5; digits++) group = group * 85 + 84
    if (group > 0xffffffff) return damaged
    flush(count)
  }
  return length > limit ? bomb : { ok: true, data: out.subarray(0, length) }
}

/** ISO 32000-2, 7.4.5: copies and runs of up to 128 bytes, ended by 128. */
export function decodeRunLength(data: Uint8Array, limit: number): Decoded {
  const total = runLength(data)
  if (total === undefined) return damaged
  if (total > limit) return bomb
  const out = new Uint8Array(total)
  let length = 0
  for (let at = 0; length < total; ) {
    const code = data[at] ?? 128
    const count = code < 128 ? code + 1 : 257 - code
    if (code < 128) out.set(data.subarray(at + 1, at + 1 + count), length)
    else out.fill(data[at + 1] ?? 0, length, length + count)
    length += count
    at += code < 128 ? 1 + count : 2
  }
  return { ok: true, data: out }
}

// Measured first: keeping a piece for each run would cost far more memory than the bytes themselves.
function runLength(data: Uint8Array): number | undefined {
  let total = 0
  let at = 0
  while (at < data.length) {
    const code = data[at] ?? 128
    if (code === 128) break
    total += code < 128 ? code + 1 : 257 - code
    at += code < 128 ? 2 + code : 2
    if (at > data.length) return undefined
  }
  return total
}

/** ISO 32000-2, 7.4.4: LZW of 9 to 12 bits; with `early` the codes grow one code sooner, as is usual. */
export function decodeLzw(data: Uint8Array, limit: number, early: boolean): Decoded {
  const prefix = new Int32Array(4097)
  const suffix = new Uint8Array(4097)
  const lengths = new Int32Array(4097)
  for (let i = 0; i < 256; i++) {
    suffix[i] = i
    lengths[i] = 1
  }
  // Grown by doubling: the limit is large and most streams are small.
  let out = new Uint8Array(Math.min(limit, 65_536) + 4097)
  let length = 0
  let next = 258
  let width = 9
  let previous = -1
  let bits = 0
  let held = 0
  for (const byte of data) {
    held = ((held << 8) | byte) & 0xffffff
    bits += 8
    if (bits < width) continue
    bits -= width
    const code = (held >> bits) & ((1 << width) - 1)
    if (code === 257) break
    if (code === 256) {
      next = 258
      width = 9
      previous = -1
      continue
    }
    if (
      code > next ||
      (code === next && previous === -1) ||
      code === 256 ||
      (previous === -1 && code > 255)
    ) {
      return damaged
    }
    const fresh = code === next
    const count = fresh ? (lengths[previous] ?? 0) + 1 : (lengths[code] ?? 0)
    if (length + count > limit) return bomb
    if (length + count > out.length) {
      const larger = new Uint8Array(Math.min(limit, out.length * 2) + 4097)
      larger.set(out)
      out = larger
    }
    let from = fresh ? previous : code
    for (let i = length + count - (fresh ? 2 : 1); i >= length; i--) {
      out[i] = suffix[from] ?? 0
      from = prefix[from] ?? 0
    }
    const first = out[length] ?? 0
    if (fresh) out[length + count - 1] = first
    if (previous !== -1 && next < 4096) {
      prefix[next] = previous
      suffix[next] = first
      lengths[next] = (lengths[previous] ?? 0) + 1
      next++
    }
    length += count
    previous = code
    const grown = next + (early ? 1 : 0)
    width = grown >= 2048 ? 12 : grown >= 1024 ? 11 : grown >= 512 ? 10 : 9
  }
  return { ok: true, data: out.subarray(0, length) }
}
