import { contracts } from '../../functions/entries.ts'
import { isFrontDoor } from './problem-document.ts'
import type { RawAnswer, RawRequest } from './raw-request.ts'

const webhooks = new Set(
  contracts.filter(({ tag }) => tag === 'webhooks').map(({ method, path }) => `${method} ${path}`),
)

/** True when it reaches the contract of a payment provider. */
export const isWebhook = ({ method, target }: RawRequest): boolean =>
  webhooks.has(`${method} ${target.split(/[?#]/)[0]}`)

/** Said to what the provider did not sign, and to what cannot be read. */
const refusals = ['97', '99']
/** Said to a genuine message, the first time and later. */
const taken = ['00', '02']

/**
 * What is wrong with an answer to a payment provider: whatever came, it is in the provider's own form with status
 * 200, since a problem document would say nothing to it. A genuine message stays one whatever comes around it.
 */
export const faultsOfWebhook = (
  { target }: RawRequest,
  { status, headers, text }: RawAnswer,
  genuine: string,
): string[] => {
  const contentType = headers.get('content-type')
  if (isFrontDoor({ status, text })) return []
  if (status !== 200 || !contentType?.startsWith('application/json'))
    return [`status ${status}, ${contentType}: ${text}`]
  const { RspCode, Message, ...more } = JSON.parse(text)
  const allowed = target.slice(target.indexOf('?') + 1) === genuine ? taken : refusals
  return [
    ...(allowed.includes(RspCode) ? [] : [`RspCode ${RspCode}, not ${allowed.join(' or ')}`]),
    ...(typeof Message === 'string' && Message !== '' ? [] : ['no Message']),
    ...Object.keys(more).map((name) => `a member VNPAY does not know: ${name}`),
  ]
}
