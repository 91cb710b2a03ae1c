import type { PdfStream } from './pdf-body.ts'
import { countObject, type PdfEffort, pdfLimits } from './pdf-effort.ts'
import { observe, type PdfFacts } from './pdf-facts.ts'
import { decodeStream } from './pdf-filters.ts'
import { PdfLexer } from './pdf-lexer.ts'
import { only, type PdfDict, type PdfObserver, type PdfRegion, readRegion, says } from './pdf-region.ts'
import { holdsEicar } from './scanner.ts'
import { type Refusal, refuse } from './verdict.ts'

// A second value for one of these lets two readers decode two different texts.
const decisiveKeys = ['Type', 'Filter', 'DecodeParms', 'N', 'First', 'W', 'Index']

/** No reader takes a stream for an object stream without /First, whatever its /Type says or does not say. */
export function isObjectStream(dict: PdfDict): boolean {
  return dict.entries.has('First') || says(dict, 'Type', 'ObjStm')
}

/** No reader takes a stream for a cross-reference stream without /W. */
export function isXrefStream(dict: PdfDict): boolean {
  return dict.entries.has('W') || says(dict, 'Type', 'XRef')
}

/** Decodes a stream that carries structure; any doubt about how is a refusal. */
export function decodeStructure(
  bytes: Uint8Array,
  stream: PdfStream,
  effort: PdfEffort,
): { ok: true; data: Uint8Array } | Refusal {
  const twice = decisiveKeys.some((key) => (stream.dict.entries.get(key)?.length ?? 0) > 1)
  if (twice || !stream.dict.regular) return refuse('pdf-damaged')
  const raw = bytes.subarray(stream.start, stream.end)
  const decoded = decodeStream(raw, stream.dict, pdfLimits.decodedBytes - effort.decodedBytes)
  if (!decoded.ok) return refuse(decoded.why === 'bomb' ? 'archive-bomb' : 'pdf-damaged')
  effort.decodedBytes += decoded.work
  if (effort.decodedBytes > pdfLimits.decodedBytes) return refuse('archive-bomb')
  return holdsEicar(decoded.data) ? refuse('malware-found', { name: 'EICAR-Test-File' }) : decoded
}

/**
 * Reads an object stream (ISO 32000-2, 7.5.7) twice: from front to back, and from each offset its head names,
 * because an offset may point into what is a string or a comment when read from the front.
 */
export function readObjectStream(
  bytes: Uint8Array,
  stream: PdfStream,
  facts: PdfFacts,
  effort: PdfEffort,
): Refusal | undefined {
  const decoded = decodeStructure(bytes, stream, effort)
  if (!decoded.ok) return decoded
  const first = only(stream.dict, 'First')
  if (typeof first !== 'number' || first < 0) return refuse('pdf-damaged')
  const { data } = decoded
  const observer = observe(facts)
  readAll(data, Math.min(first, data.length), effort, observer)
  for (const offset of headOffsets(data.subarray(0, first), effort)) {
    countObject(effort)
    if (effort.spent) return undefined
    readRegion(data, first + offset, effort, observer, true)
  }
  return undefined
}

function readAll(data: Uint8Array, start: number, effort: PdfEffort, observer: PdfObserver): void {
  let at = start
  while (at < data.length && !effort.spent) {
    // One value at a time, so that a long stream is not held as one tree.
    const region: PdfRegion = readRegion(data, at, effort, observer, true)
    at = Math.max(region.end, at + 1)
  }
}

function headOffsets(head: Uint8Array, effort: PdfEffort): Set<number> {
  const numbers: number[] = []
  const lexer = new PdfLexer(head, 0, effort)
  for (let token = lexer.next(); token.kind === 'number'; token = lexer.next()) numbers.push(token.value)
  return new Set(numbers.filter((value, i) => i % 2 === 1 && value >= 0))
}
