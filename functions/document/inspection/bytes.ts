/** True when `bytes` carries `signature` at `offset`. */
export function startsWith(bytes: Uint8Array, signature: readonly number[], offset = 0): boolean {
  for (let i = 0; i < signature.length; i++) if (bytes[offset + i] !== signature[i]) return false
  return true
}

/** A view as a Buffer, for its native search and number reading; shares memory, copies nothing. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The bytes of a range as one character each (Latin-1), so that offsets stay equal. */
export function ascii(bytes: Uint8Array, start: number, end: number): string {
  return asBuffer(bytes).toString('latin1', Math.max(0, start), Math.max(0, Math.min(end, bytes.length)))
}

/** Every offset at which `word` occurs, in order. */
export function* occurrences(bytes: Uint8Array, word: string): Generator<number> {
  const buffer = asBuffer(bytes)
  let at = buffer.indexOf(word, 0, 'latin1')
  while (at !== -1) {
    yield at
    at = buffer.indexOf(word, at + 1, 'latin1')
  }
}
