import { type Instant, parseInstant, toIso } from '../../../shared/time.ts'

/** `yyyyMMddHHmmss` in GMT+7, as VNPAY writes instants. */
export const vnpayTime = (at: Instant): string => toIso(at).replaceAll(/\D/g, '').slice(0, 14)

/** Undefined for what is no such text, and for days and hours that do not exist. */
export const readVnpayTime = (text: string): Instant | undefined => {
  if (!/^\d{14}$/.test(text)) return undefined
  return parseInstant(text.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6+07:00'))
}
