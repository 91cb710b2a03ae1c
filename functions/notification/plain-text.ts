/**
 * Line breaks, other control characters and marks that turn the direction of writing. In a header they would
 * begin a new header; in a letter they would begin a line that looks like ours.
 */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]+/gu

/** One line of printable text of at most `limit` characters, cut between characters and never inside one. */
export const oneLine = (text: string, limit: number): string => {
  const line = text.toWellFormed().replace(unprintable, ' ').replace(/\s+/gu, ' ').trim()
  if (line.length <= limit) return line
  let kept = ''
  for (const { segment } of new Intl.Segmenter('vi').segment(line.slice(0, limit * 4))) {
    if (kept.length + segment.length >= limit) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

const nameLimit = 80

/**
 * A name as we greet it. Whoever submits writes both the name and the address, so a letter of the province must
 * not carry a stranger's advertisement: signs that make links and long numbers (a personal number among them) go.
 */
export const addressableName = (name: string): string =>
  oneLine(
    name
      .toWellFormed()
      .normalize('NFC')
      .replace(/\p{Nd}{5,}/gu, ' ')
      .replace(/\.(?=\S)/gu, ' ')
      .replace(/[^\p{L}\p{M}\p{Nd}\p{Zs}.,'’&()-]+/gu, ' '),
    nameLimit,
  )
