/** How much work one PDF may cause. `spent` is set once, and every loop of the inspection watches it. */
export type PdfEffort = {
  lexedBytes: number
  tokens: number
  decodedBytes: number
  objects: number
  spent: boolean
}

export const pdfLimits = {
  /** Bytes read as tokens, counting a byte again each time a claimed object starts before it. */
  lexedBytes: 256 * 1024 * 1024,
  tokens: 12_000_000,
  objects: 1_000_000,
  /** Decoded bytes of the streams that carry structure: object streams, xref streams, attachments. */
  decodedBytes: 64 * 1024 * 1024,
  /** Decoded bytes of page content, looked at for malware only; past it the rest is not decoded. */
  contentBytes: 48 * 1024 * 1024,
  nesting: 256,
  itemsInContainer: 400_000,
}

export function newEffort(): PdfEffort {
  return { lexedBytes: 0, tokens: 0, decodedBytes: 0, objects: 0, spent: false }
}

export function countToken(effort: PdfEffort, length: number): void {
  effort.tokens++
  effort.lexedBytes += length
  if (effort.tokens > pdfLimits.tokens || effort.lexedBytes > pdfLimits.lexedBytes) effort.spent = true
}

export function countObject(effort: PdfEffort): void {
  effort.objects++
  if (effort.objects > pdfLimits.objects) effort.spent = true
}
