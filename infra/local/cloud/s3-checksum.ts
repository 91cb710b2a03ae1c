import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

export const checksumAlgorithms = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const
export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number]

export type Checksum = {
  readonly algorithm: ChecksumAlgorithm
  readonly value: string
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
}

export type Digest = { update(chunk: Buffer): void; finish(): Buffer }

export const checksumBytes: Record<ChecksumAlgorithm, number> = {
  crc32: 4,
  crc32c: 4,
  crc64nvme: 8,
  sha1: 20,
  sha256: 32,
}

function crc32Digest(): Digest {
  let value = 0
  return {
    update: (chunk) => {
      value = crc32(chunk, value)
    },
    finish: () => {
      const out = Buffer.alloc(4)
      out.writeUInt32BE(value >>> 0)
      return out
    },
  }
}

const castagnoli = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value >>> 0
})

function crc32cDigest(): Digest {
  let value = 0xffffffff
  return {
    update: (chunk) => {
      for (const byte of chunk) value = ((castagnoli[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8)) >>> 0
    },
    finish: () => {
      const out = Buffer.alloc(4)
      out.writeUInt32BE((value ^ 0xffffffff) >>> 0)
      return out
    },
  }
}

// The 64-bit polynomial is kept in two 32-bit halves: BigInt arithmetic for each byte would be far too slow.
const nvme = Array.from({ length: 256 }, (_, index) => {
  let high = 0
  let low = index
  for (let bit = 0; bit < 8; bit += 1) {
    const odd = low & 1
    low = ((low >>> 1) | ((high & 1) << 31)) >>> 0
    high >>>= 1
    if (odd) {
      high = (high ^ 0x9a6c9329) >>> 0
      low = (low ^ 0xac4bc9b5) >>> 0
    }
  }
  return { high, low }
})
const nvmeHigh = Uint32Array.from(nvme, (entry) => entry.high)
const nvmeLow = Uint32Array.from(nvme, (entry) => entry.low)

function crc64nvmeDigest(): Digest {
  let high = 0xffffffff
  let low = 0xffffffff
  return {
    update: (chunk) => {
      for (const byte of chunk) {
        const index = (low ^ byte) & 0xff
        low = (((low >>> 8) | (high << 24)) ^ (nvmeLow[index] ?? 0)) >>> 0
        high = ((high >>> 8) ^ (nvmeHigh[index] ?? 0)) >>> 0
      }
    },
    finish: () => {
      const out = Buffer.alloc(8)
      out.writeUInt32BE((high ^ 0xffffffff) >>> 0, 0)
      out.writeUInt32BE((low ^ 0xffffffff) >>> 0, 4)
      return out
    },
  }
}

function hashDigest(name: string): Digest {
  const hash = createHash(name)
  return {
    update: (chunk) => {
      hash.update(chunk)
    },
    finish: () => hash.digest(),
  }
}

/** A running digest of one of S3's checksum algorithms, or of MD5, which ETags are made of. */
export function startDigest(algorithm: ChecksumAlgorithm | 'md5'): Digest {
  if (algorithm === 'crc32') return crc32Digest()
  if (algorithm === 'crc32c') return crc32cDigest()
  if (algorithm === 'crc64nvme') return crc64nvmeDigest()
  return hashDigest(algorithm)
}

export function isChecksumAlgorithm(name: string): name is ChecksumAlgorithm {
  return (checksumAlgorithms as readonly string[]).includes(name)
}

/** The strict reading of a base64 digest of a known length; undefined when it is not one. */
export function readDigest(text: string, bytes: number): Buffer | undefined {
  const decoded = Buffer.from(text, 'base64')
  return decoded.length === bytes && decoded.toString('base64') === text ? decoded : undefined
}
