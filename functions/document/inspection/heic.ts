import { asBuffer, ascii } from './bytes.ts'
import type { FileKind } from './file-kinds.ts'
import { inspectTrailer } from './foreign-tail.ts'
import { type Inspection, refuse } from './verdict.ts'

// ISO/IEC 23008-12 annex B: HEVC-coded images and image sequences.
const hevcBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs']
const structuralBrands = ['mif1', 'mif2', 'msf1', 'miaf']

/** What a file whose first box is `ftyp` is; undefined for a file of another family. */
export function heifKind(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length < 16 || ascii(bytes, 4, 8) !== 'ftyp') return undefined
  const size = asBuffer(bytes).readUInt32BE(0)
  if (size < 16 || size > 1024 || size > bytes.length || size % 4 !== 0) return 'unknown'
  const major = ascii(bytes, 8, 12)
  const brands = [major]
  for (let at = 16; at < size; at += 4) brands.push(ascii(bytes, at, at + 4))
  if (brands.includes('avif') || brands.includes('avis')) return 'other-image'
  if (hevcBrands.includes(major)) return 'heic'
  const structural = structuralBrands.includes(major)
  return structural && brands.some((brand) => hevcBrands.includes(brand)) ? 'heic' : 'unknown'
}

/** A HEIC: whole boxes from `ftyp` on, with a `meta` box and the coded image it points to (ISO/IEC 14496-12). */
export function inspectHeic(bytes: Uint8Array): Inspection {
  const seen = new Set<string>()
  let at = 0
  while (at < bytes.length) {
    const box = boxAt(bytes, at)
    if (box === undefined) break
    seen.add(box.type)
    at = box.end
  }
  if (!seen.has('meta') || !(seen.has('mdat') || seen.has('moov') || holdsInlineData(bytes))) {
    return refuse('image-damaged')
  }
  return at >= bytes.length ? { ok: true, findings: [] } : inspectTrailer(bytes, at)
}

function boxAt(bytes: Uint8Array, at: number): { type: string; end: number } | undefined {
  if (at + 8 > bytes.length) return undefined
  const type = ascii(bytes, at + 4, at + 8)
  if (!/^[\x20-\x7e]{4}$/.test(type)) return undefined
  const size = asBuffer(bytes).readUInt32BE(at)
  if (size === 0) return { type, end: bytes.length }
  if (size === 1) {
    if (at + 16 > bytes.length) return undefined
    const large = Number(asBuffer(bytes).readBigUInt64BE(at + 8))
    return large >= 16 && at + large <= bytes.length ? { type, end: at + large } : undefined
  }
  return size >= 8 && at + size <= bytes.length ? { type, end: at + size } : undefined
}

// Small images may keep their data in an `idat` box inside `meta` instead of `mdat`.
function holdsInlineData(bytes: Uint8Array): boolean {
  return asBuffer(bytes).includes('idat')
}
