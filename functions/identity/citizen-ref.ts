import { crockford } from '../../shared/ids.ts'
import type { Keys } from '../../shared/keys.ts'

export interface CitizenRefDeps {
  keys: Pick<Keys, 'mac'>
  /** The province's own HMAC key. With another key the same person is somebody else. */
  keyId: string
  /** How many numbers one function instance remembers. */
  remember?: number
}

/**
 * The reference that stands for a person in keys, events and logs: 130 bits of HMAC-SHA-256 of the personal
 * number. Hashing without a key would not hide it, there are few enough numbers to try them all. Each number
 * costs one call of the key service while it is remembered, however many requests ask at once.
 */
export const createCitizenRef = ({ keys, keyId, remember = 10_000 }: CitizenRefDeps) => {
  const known = new Map<string, Promise<string>>()
  return (personalId: string): Promise<string> => {
    const found = known.get(personalId)
    if (found) {
      // The oldest in insertion order is forgotten first, so what was just used moves to the end.
      known.delete(personalId)
      known.set(personalId, found)
      return found
    }
    const ref = keys.mac(keyId, personalId).then((mac) => crockford(mac, 26))
    known.set(personalId, ref)
    if (known.size > remember) known.delete(known.keys().next().value ?? personalId)
    // A failure is forgotten, so that the next request asks again.
    ref.catch(() => {
      if (known.get(personalId) === ref) known.delete(personalId)
    })
    return ref
  }
}
