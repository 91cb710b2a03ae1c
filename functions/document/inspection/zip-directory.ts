import { asBuffer } from './bytes.ts'

/** One entry of a ZIP as its central directory and its local header agree on it. */
export type ZipEntry = {
  name: string
  method: number
  crc: number
  compressedSize: number
  size: number
  headerStart: number
  dataStart: number
  flags: number
}

export type ZipDirectory = { ok: true; entries: ZipEntry[] } | { ok: false; why: 'damaged' | 'too-many' }

const damaged = { ok: false, why: 'damaged' } as const
const mostEntries = 10_000
const encrypted = 0x0001 | 0x0040 | 0x2000
const hasDescriptor = 0x0008

/**
 * Reads a ZIP's directory (APPNOTE 6.3.10) without leniency: some programs read the central directory and
 * some the local headers, so both must tell the same story, with the entries laid end to end from the first
 * byte to the directory and nothing hidden between them. ZIP64 and multi-part archives are refused: no file
 * of this size needs them.
 */
export function readDirectory(bytes: Uint8Array): ZipDirectory {
  const buffer = asBuffer(bytes)
  const end = directoryEnd(buffer)
  if (end === -1 || buffer.readUInt32LE(end + 4) !== 0) return damaged
  const count = buffer.readUInt16LE(end + 10)
  const size = buffer.readUInt32LE(end + 12)
  const start = buffer.readUInt32LE(end + 16)
  if (buffer.readUInt16LE(end + 8) !== count || start + size !== end) return damaged
  if (count > mostEntries) return { ok: false, why: 'too-many' }
  const entries: ZipEntry[] = []
  let at = start
  for (let i = 0; i < count; i++) {
    const entry = centralEntry(buffer, at, end)
    if (entry === undefined || !agreesWithLocal(buffer, entry.entry)) return damaged
    entries.push(entry.entry)
    at = entry.next
  }
  return at === end && endToEnd(entries, start) && distinctNames(entries) ? { ok: true, entries } : damaged
}

// The end record whose comment reaches exactly to the last byte; a second one would be a second archive.
function directoryEnd(buffer: Buffer): number {
  const last = buffer.length - 22
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (buffer.readUInt32LE(at) === 0x06054b50)
      return at + 22 + buffer.readUInt16LE(at + 20) === buffer.length ? at : -1
  }
  return -1
}

function centralEntry(
  buffer: Buffer,
  at: number,
  end: number,
): { entry: ZipEntry; next: number } | undefined {
  if (at + 46 > end || buffer.readUInt32LE(at) !== 0x02014b50) return undefined
  const nameLength = buffer.readUInt16LE(at + 28)
  const next = at + 46 + nameLength + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32)
  const flags = buffer.readUInt16LE(at + 8)
  const method = buffer.readUInt16LE(at + 10)
  if (next > end || (flags & encrypted) !== 0 || (method !== 0 && method !== 8)) return undefined
  const name = buffer.toString('utf8', at + 46, at + 46 + nameLength)
  if (!isSafeName(name)) return undefined
  const entry = {
    name,
    method,
    flags,
    crc: buffer.readUInt32LE(at + 16),
    compressedSize: buffer.readUInt32LE(at + 20),
    size: buffer.readUInt32LE(at + 24),
    headerStart: buffer.readUInt32LE(at + 42),
    dataStart: 0,
  }
  return { entry, next }
}

function agreesWithLocal(buffer: Buffer, entry: ZipEntry): boolean {
  const at = entry.headerStart
  if (at + 30 > buffer.length || buffer.readUInt32LE(at) !== 0x04034b50) return false
  const nameLength = buffer.readUInt16LE(at + 26)
  const nameEnd = at + 30 + nameLength
  entry.dataStart = nameEnd + buffer.readUInt16LE(at + 28)
  if (entry.dataStart + entry.compressedSize > buffer.length) return false
  const flags = buffer.readUInt16LE(at + 6)
  if (
    buffer.toString('utf8', at + 30, nameEnd) !== entry.name ||
    buffer.readUInt16LE(at + 8) !== entry.method
  )
    return false
  if ((flags & (encrypted | hasDescriptor)) !== (entry.flags & (encrypted | hasDescriptor))) return false
  // A writer that streams fills these in behind the data, and leaves zeros (or ZIP64's ones) here.
  const late = (flags & hasDescriptor) !== 0
  const same = (field: number, value: number) => {
    const local = buffer.readUInt32LE(at + field)
    return local === value || (late && (local === 0 || local === 0xffffffff))
  }
  return same(14, entry.crc) && same(18, entry.compressedSize) && same(22, entry.size)
}

// Between two entries only a data descriptor may stand: with or without its signature, 32-bit or ZIP64.
function endToEnd(entries: ZipEntry[], directoryStart: number): boolean {
  let at = 0
  for (const entry of entries.toSorted((a, b) => a.headerStart - b.headerStart)) {
    if (!isGap(entry.headerStart - at, at)) return false
    at = entry.dataStart + entry.compressedSize
  }
  return isGap(directoryStart - at, at)
}

function isGap(length: number, at: number): boolean {
  return length === 0 || (at > 0 && [12, 16, 20, 24].includes(length))
}

function isSafeName(name: string): boolean {
  if (name === '' || name.startsWith('/') || /[\\:\0]/.test(name)) return false
  return !name.split('/').some((part) => part === '..' || part === '.')
}

// Part names are compared without regard to case (ISO/IEC 29500-2, 6.2.2.3).
function distinctNames(entries: ZipEntry[]): boolean {
  return new Set(entries.map((entry) => entry.name.toLowerCase())).size === entries.length
}
