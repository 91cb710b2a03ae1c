import type { Keys } from '../../shared/keys.ts'
import type { Seals } from './ports.ts'

/** Tracking PINs asked for again and again cost one call each; so many are remembered. */
const rememberedMacs = 2_000

/** The receipt keys (the first signs, all verify) and the key of the tracking PINs. */
export const createSeals = (keys: Keys, receiptKeyIds: readonly string[], pinKeyId: string): Seals => {
  const macs = new Map<string, Buffer>()
  let published: Promise<Buffer[]> | undefined
  return {
    sign: (input) => keys.sign(receiptKeyIds[0] ?? '', Buffer.from(input)),
    publicKeys: async () => {
      published ??= Promise.all(receiptKeyIds.map((id) => keys.publicKey(id)))
      try {
        return await published
      } catch (error) {
        published = undefined
        throw error
      }
    },
    pinMac: async (dossierId) => {
      const remembered = macs.get(dossierId)
      if (remembered) return remembered
      const mac = await keys.mac(pinKeyId, `tracking-pin\n${dossierId}`)
      if (macs.size >= rememberedMacs) macs.delete(macs.keys().next().value ?? '')
      macs.set(dossierId, mac)
      return mac
    },
  }
}
