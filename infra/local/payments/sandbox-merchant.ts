import type { Merchant } from './vnpay-pay-address.ts'

/**
 * The merchant of a sandbox as VNPAY has it: invented, unless the variables say otherwise. A test suite that signs
 * messages of its own sets them, or uses these.
 */
export const sandboxMerchant = (url: string): Merchant => ({
  tmnCode: process.env.VNPAY_TMN_CODE ?? 'MOTCUA01',
  // While a secret is exchanged there are several; the first is the one that signs.
  hashSecret: (process.env.VNPAY_HASH_SECRET ?? 'sandbox-hash-secret').split(',')[0]?.trim() ?? '',
  payUrl: `${url}/_sandbox/vnpay/vpcpay.html`,
  ipnUrl: `${url}/v1/webhooks/vnpay`,
})
