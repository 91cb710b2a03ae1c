import { S3Error } from './s3-error.ts'

export type ByteRange = { readonly start: number; readonly end: number }

/**
 * The stretch that a Range header asks for, both ends inclusive. A header that is no single range of bytes is
 * passed over, as HTTP wants; one that lies outside of the object is refused.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '')
  if (!match || header === undefined) return undefined
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return undefined
  const refuse = () =>
    new S3Error('InvalidRange', undefined, { RangeRequested: header.trim(), ActualObjectSize: String(size) })
  if (first === '') {
    const length = Number(last)
    if (length === 0 || size === 0) throw refuse()
    return { start: Math.max(0, size - length), end: size - 1 }
  }
  const start = Number(first)
  const end = last === '' ? size - 1 : Number(last)
  if (last !== '' && end < start) return undefined
  if (start >= size) throw refuse()
  return { start, end: Math.min(end, size - 1) }
}
