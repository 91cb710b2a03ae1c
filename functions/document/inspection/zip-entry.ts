import { crc32, inflateRawSync } from 'node:zlib'
import type { ZipEntry } from './zip-directory.ts'

/** How many bytes may still be unpacked from one upload; counted down by real inflating, not by what is declared. */
export type UnpackAllowance = { left: number }

export type Unpacked = { ok: true; data: Uint8Array } | { ok: false; why: 'damaged' | 'bomb' }

const mostUnpacked = 128 * 1024 * 1024
// Real spreadsheets reach 50:1 and more on repeated rows; a bomb stands near DEFLATE's limit of 1032:1.
const steepestRatio = 300
const ratioMattersFrom = 4 * 1024 * 1024

export function newAllowance(): UnpackAllowance {
  return { left: mostUnpacked }
}

/** The bytes of one entry, when its size and CRC are as declared. */
export function unpack(bytes: Uint8Array, entry: ZipEntry, allowance: UnpackAllowance): Unpacked {
  const raw = bytes.subarray(entry.dataStart, entry.dataStart + entry.compressedSize)
  if (entry.size > allowance.left || isTooSteep(entry.size, raw.length)) return { ok: false, why: 'bomb' }
  const data = entry.method === 0 ? raw : inflateExactly(raw, entry.size)
  if (data === undefined || data.length !== entry.size) return { ok: false, why: 'damaged' }
  allowance.left -= data.length
  return crc32(data) === entry.crc ? { ok: true, data } : { ok: false, why: 'damaged' }
}

function isTooSteep(size: number, compressed: number): boolean {
  return size > ratioMattersFrom && size > compressed * steepestRatio
}

function inflateExactly(raw: Uint8Array, size: number): Uint8Array | undefined {
  try {
    return inflateRawSync(raw, { maxOutputLength: Math.max(1, size) })
  } catch {
    return undefined
  }
}
