import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * How VNPAY signs and reads (PAY 2.1.0). Written apart from our own adapter and sharing nothing with it: a
 * counterpart that used our code would agree with our mistakes.
 */
export type Fields = ReadonlyMap<string, string>

const unsigned: ReadonlySet<string> = new Set(['vnp_SecureHash', 'vnp_SecureHashType'])

/** Names and values form-urlencoded, by code unit of the names: what the hash is taken over. */
export const signedText = (fields: Fields): string => {
  const query = new URLSearchParams()
  for (const name of [...fields.keys()].filter((field) => !unsigned.has(field)).sort())
    query.append(name, fields.get(name) ?? '')
  return query.toString()
}

/** HMAC-SHA512 in lower-case hex. */
export const signatureOf = (fields: Fields, secret: string): string =>
  createHmac('sha512', secret).update(signedText(fields)).digest('hex')

/** The fields as a query with the signature at its end. */
export const signedQuery = (fields: Fields, secret: string): string =>
  `${signedText(fields)}&vnp_SecureHash=${signatureOf(fields, secret)}`

export const isSigned = (fields: Fields, secret: string): boolean => {
  const given = Buffer.from(fields.get('vnp_SecureHash') ?? '')
  const expected = Buffer.from(signatureOf(fields, secret))
  return given.length === expected.length && timingSafeEqual(given, expected)
}
