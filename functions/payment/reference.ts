import type { Place } from '../../shared/events.ts'

const letters: Readonly<Record<string, string>> = { production: 'P', staging: 'T', sandbox: 'S' }

/**
 * Our number in a provider's books: environment, province and payment, so that a message meant for another stack
 * is seen at once. 29 letters and digits, which every provider's format allows that takes letters at all.
 */
export const referenceOf = ({ environment, province }: Place, paymentId: string): string =>
  `${letters[environment] ?? 'X'}${province}${paymentId}`

/** The payment of a reference, or `foreign` for another environment or province, or undefined for any other text. */
export const readReference = (
  reference: string,
  place: Place,
): { kind: 'ours'; paymentId: string } | { kind: 'foreign' } | undefined => {
  const match = /^([A-Z]\d{2})([0-9A-HJKMNP-TV-Z]{26})$/.exec(reference)
  const [, from, paymentId] = match ?? []
  if (from === undefined || paymentId === undefined) return undefined
  return reference === referenceOf(place, paymentId) ? { kind: 'ours', paymentId } : { kind: 'foreign' }
}
