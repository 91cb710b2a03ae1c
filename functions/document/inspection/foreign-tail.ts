import { asBuffer, ascii, startsWith } from './bytes.ts'
import { type Inspection, refuse } from './verdict.ts'

const endOfDirectory = 'PK\x05\x06'
const longestComment = 0xffff

/** Whether a ZIP's end of central directory closes the file (APPNOTE 4.3.16): its comment must reach the end. */
export function hasZipTail(bytes: Uint8Array): boolean {
  const buffer = asBuffer(bytes)
  const first = Math.max(0, bytes.length - 22 - longestComment)
  let at = buffer.lastIndexOf(endOfDirectory, undefined, 'latin1')
  while (at >= first) {
    // Readers disagree on whether the comment must fit exactly, so a comment ending early counts as well.
    if (at + 22 <= bytes.length && plausibleDirectory(buffer, at)) return true
    if (at === 0) return false
    at = buffer.lastIndexOf(endOfDirectory, at - 1, 'latin1')
  }
  return false
}

// Four random bytes are met by chance in ten megabytes; these fields on top of them are not.
function plausibleDirectory(buffer: Buffer, at: number): boolean {
  const entries = buffer.readUInt16LE(at + 8)
  const size = buffer.readUInt32LE(at + 12)
  const commentEnd = at + 22 + buffer.readUInt16LE(at + 20)
  return buffer.readUInt16LE(at + 4) === 0 && entries > 0 && size <= at && commentEnd <= buffer.length
}

/**
 * Judges what follows the end of an image. Phones append there: the film of a motion photo, a depth map,
 * Samsung's own directory. Such bytes are harmless to an image viewer, so only bytes that make the file
 * something else as well are refused.
 */
export function inspectTrailer(bytes: Uint8Array, imageEnd: number): Inspection {
  let start = imageEnd
  while (start < bytes.length && isFiller(bytes[start])) start++
  if (start >= bytes.length) return { ok: true, findings: [] }
  const program = startsWith(bytes, [0x4d, 0x5a], start) || startsWith(bytes, [0x7f, 0x45, 0x4c, 0x46], start)
  if (program) return refuse('type-mismatch', { looksLike: 'executable' })
  if (startsWith(bytes, [0x50, 0x4b, 0x03, 0x04], start)) return refuse('type-mismatch', { looksLike: 'zip' })
  const text = ascii(bytes, start, bytes.length)
  if (text.includes('%PDF-')) return refuse('type-mismatch', { looksLike: 'pdf' })
  if (/<(?:script|html|iframe|svg|!doctype html|\?php)/i.test(text)) {
    return refuse('type-mismatch', { looksLike: 'html' })
  }
  return { ok: true, findings: ['image-trailing-data'] }
}

function isFiller(byte: number | undefined): boolean {
  return byte === 0 || byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0xff
}
