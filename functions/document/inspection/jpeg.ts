import { asBuffer } from './bytes.ts'
import { inspectTrailer } from './foreign-tail.ts'
import { type Inspection, refuse } from './verdict.ts'

/** A JPEG: SOI, whole segments, a frame, at least one scan, EOI (ITU-T T.81 annex B). */
export function inspectJpeg(bytes: Uint8Array): Inspection {
  let at = 2
  let seenFrame = false
  let seenScan = false
  while (at < bytes.length) {
    if (bytes[at] !== 0xff) return refuse('image-damaged')
    while (bytes[at] === 0xff) at++
    const marker = bytes[at]
    at++
    if (marker === undefined || marker === 0) return refuse('image-damaged')
    if (marker === 0xd9) return seenFrame && seenScan ? inspectTrailer(bytes, at) : refuse('image-damaged')
    if (isBare(marker)) continue
    if (at + 2 > bytes.length) return refuse('image-damaged')
    const length = asBuffer(bytes).readUInt16BE(at)
    if (length < 2 || at + length > bytes.length) return refuse('image-damaged')
    if (isFrame(marker)) {
      // A height of zero is lawful, DNL gives it later; a width of zero is not.
      if (length < 8 || asBuffer(bytes).readUInt16BE(at + 5) === 0) return refuse('image-damaged')
      seenFrame = true
    }
    at += length
    if (marker === 0xda) {
      seenScan = true
      at = scanEnd(bytes, at)
    }
  }
  return refuse('image-damaged')
}

// Within entropy-coded data FF 00 is a stuffed byte and FF D0..D7 a restart: neither ends the scan.
function scanEnd(bytes: Uint8Array, start: number): number {
  let at = start
  while (at < bytes.length) {
    at = bytes.indexOf(0xff, at)
    if (at === -1) return bytes.length
    const next = bytes[at + 1]
    if (next === undefined) return bytes.length
    if (next !== 0 && !(next >= 0xd0 && next <= 0xd7) && next !== 0xff) return at
    at += next === 0xff ? 1 : 2
  }
  return at
}

function isBare(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}
