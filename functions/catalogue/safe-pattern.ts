/** A single character, a class of characters or an escape, with or without a repeat. */
const piece =
  /(?:\\[dsSw./+]|\\p\{L[ul]?\}|\[(?:[^\]\\[]|\\.)+\]|[^\\^$.*+?()[\]{}|])(?:\{(\d+)(,(\d*))?\}|([*+?]))?/uy

/** Text that is not blank: the one pattern that need not span the whole value. */
export const notBlank = '\\S'

const mostWays = 64

/**
 * True when a pattern cannot be made to backtrack without end. It must span the value, has no groups, no
 * alternatives and no references, repeats at most one piece without limit, and its limited repeats can be split
 * in few ways; so the work grows in proportion to the text. Answers are as long and as hostile as the body cap
 * allows, and a length limit does not help: the validator tests the pattern also on text that is too long.
 */
export const isSafePattern = (pattern: string): boolean => {
  if (pattern === notBlank) return true
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return false
  try {
    new RegExp(pattern, 'u')
  } catch {
    return false
  }
  const inner = pattern.slice(1, -1)
  let unlimited = 0
  let ways = 1
  for (let at = 0; at < inner.length; at = piece.lastIndex) {
    piece.lastIndex = at
    const match = piece.exec(inner)
    if (!match) return false
    const [, least, range, most, sign] = match
    if (sign === '*' || sign === '+' || (range !== undefined && most === '')) unlimited += 1
    else if (sign === '?') ways *= 2
    else if (most) ways *= Number(most) - Number(least) + 1
  }
  return unlimited <= 1 && ways <= mostWays
}
