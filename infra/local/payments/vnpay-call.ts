import * as z from 'zod'
import type { Answer } from './vnpay-books.ts'

const rsp = z.object({ RspCode: z.string() })

const rspCodeOf = (text: string): string | null => {
  try {
    return rsp.safeParse(JSON.parse(text)).data?.RspCode ?? null
  } catch {
    return null
  }
}

/** After these the merchant knows, and VNPAY calls no more. */
const finals: ReadonlySet<string> = new Set(['00', '02'])

/** 01, 04, 97, 99, an answer that is no JSON, another status than 2xx and no answer at all: VNPAY calls again. */
export const isFinal = ({ status, rspCode }: Answer): boolean =>
  status !== null && status >= 200 && status < 300 && rspCode !== null && finals.has(rspCode)

/** Makes one IPN call. VNPAY follows no redirect: it is an answer without a code. */
export const callMerchant = async (
  url: string,
  patienceMs: number,
  stopped: AbortSignal,
): Promise<Answer> => {
  const timeout = AbortSignal.timeout(patienceMs)
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.any([timeout, stopped]) })
    return { status: response.status, rspCode: rspCodeOf(await response.text()), failure: null }
  } catch {
    return { status: null, rspCode: null, failure: timeout.aborted ? 'timeout' : 'no connection' }
  }
}
