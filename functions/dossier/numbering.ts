import { type Instant, yymmdd } from '../../shared/time.ts'

/**
 * Mã số hồ sơ: `<agency>-<yymmdd>-<running number>`, the Vietnamese date of the instant, at least four digits
 * and more as the day needs (Circular 03/2025/TT-VPCP, art. 13). Never read meaning back out of it.
 */
export const codeOf = (agency: string, at: Instant, running: number): string =>
  `${agency}-${yymmdd(at)}-${String(running).padStart(4, '0')}`

/** True when a number taken earlier may still be used: same agency, same Vietnamese day. */
export const stillValid = (code: string, agency: string, at: Instant): boolean =>
  code.startsWith(`${agency}-${yymmdd(at)}-`)
