import { crc32 } from 'node:zlib'
import { asBuffer, ascii } from './bytes.ts'
import { inspectTrailer } from './foreign-tail.ts'
import { type Inspection, refuse } from './verdict.ts'

const mostPixels = 200_000_000

/** A PNG: signature, IHDR first, every chunk whole with its right CRC, IDAT, IEND (ISO/IEC 15948). */
export function inspectPng(bytes: Uint8Array): Inspection {
  const buffer = asBuffer(bytes)
  let at = 8
  let seenData = false
  while (at + 12 <= bytes.length) {
    const length = buffer.readUInt32BE(at)
    const type = ascii(bytes, at + 4, at + 8)
    const end = at + 12 + length
    if (end > bytes.length) return refuse('image-damaged')
    if (crc32(bytes.subarray(at + 4, end - 4)) !== buffer.readUInt32BE(end - 4))
      return refuse('image-damaged')
    if ((at === 8) !== (type === 'IHDR')) return refuse('image-damaged')
    if (type === 'IHDR') {
      if (length !== 13) return refuse('image-damaged')
      const pixels = buffer.readUInt32BE(at + 8) * buffer.readUInt32BE(at + 12)
      if (pixels === 0) return refuse('image-damaged')
      if (pixels > mostPixels) return refuse('archive-bomb')
    }
    if (type === 'IDAT') seenData = true
    if (type === 'IEND') return seenData ? inspectTrailer(bytes, end) : refuse('image-damaged')
    at = end
  }
  return refuse('image-damaged')
}
