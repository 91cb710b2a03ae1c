import canonicalize from 'canonicalize'
import { sha256Hex } from './ids.ts'

/** JSON canonicalisation scheme (RFC 8785): equal values give equal text. */
export const canonicalJson = (value: unknown): string => {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('only JSON values have a canonical form')
  return text
}

/** SHA-256, in hex, of the canonical JSON. */
export const jsonHash = (value: unknown): string => sha256Hex(canonicalJson(value))
