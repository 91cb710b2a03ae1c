import { createHash, randomBytes } from 'node:crypto'

/** Crockford's base32: no I, L, O, U, so that an id read over the telephone survives. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The first `length` characters of the bytes in Crockford base32. */
export const crockford = (bytes: Uint8Array, length: number): string => {
  let bits = 0
  let held = 0
  let text = ''
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    while (bits >= 5 && text.length < length) {
      bits -= 5
      text += alphabet[(held >>> bits) & 31]
    }
    held &= (1 << bits) - 1
  }
  if (text.length < length) throw new RangeError('too few bytes for an id of that length')
  return text
}

export const sha256Hex = (data: string | Uint8Array): string =>
  createHash('sha256').update(data).digest('hex')

/** An id nobody can guess: 130 random bits in 26 characters. */
export const randomId = (): string => crockford(randomBytes(17), 26)

/**
 * The same id for the same parts: a create command derives the id of what it makes from caller and key, so the
 * condition "does not exist" on the write is the idempotency.
 */
export const derivedId = (...parts: readonly string[]): string =>
  crockford(createHash('sha256').update(JSON.stringify(parts)).digest(), 26)
