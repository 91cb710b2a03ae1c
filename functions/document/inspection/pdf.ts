import { ascii } from './bytes.ts'
import { noteEncryption, type PdfBody, type PdfStream, readBody } from './pdf-body.ts'
import { newEffort, type PdfEffort, pdfLimits } from './pdf-effort.ts'
import { newFacts, observe, type PdfFacts } from './pdf-facts.ts'
import { decodeStream, isImageData } from './pdf-filters.ts'
import { decodeStructure, isObjectStream, isXrefStream, readObjectStream } from './pdf-object-stream.ts'
import { readRegion, says } from './pdf-region.ts'
import { readXrefStream } from './pdf-xref-stream.ts'
import { holdsEicar } from './scanner.ts'
import { type Finding, type Inspection, type Refusal, refuse } from './verdict.ts'
import { inspectXml } from './xml.ts'

const tailLength = 2048
const largestContent = 8 * 1024 * 1024

/**
 * A whole, unencrypted PDF that runs and opens nothing (ISO 32000-1 and -2). The header must be the first
 * byte: the standard's readers look further, and what stands before it can make the file something else too.
 */
export function inspectPdf(bytes: Uint8Array): Inspection {
  if (!/^%PDF-(?:1\.[0-7]|2\.0)/.test(ascii(bytes, 0, 8))) return refuse('pdf-damaged')
  if (!/startxref|%%EOF/.test(ascii(bytes, bytes.length - tailLength, bytes.length)))
    return refuse('pdf-damaged')
  const facts = newFacts()
  const effort = newEffort()
  const body = readBody(bytes, facts, effort)
  const refusal = judge(bytes, body, facts, effort)
  if (refusal !== undefined) return refusal
  const findings: Finding[] = []
  if (facts.form) findings.push('pdf-form')
  if (facts.attachments.size > 0) findings.push('pdf-embedded-xml')
  return { ok: true, findings }
}

function judge(bytes: Uint8Array, body: PdfBody, facts: PdfFacts, effort: PdfEffort): Refusal | undefined {
  const streams = [...body.streams.values()]
  const xrefStreams = streams.filter((stream) => isXrefStream(stream.dict))
  for (const stream of xrefStreams) noteEncryption(stream.dict, facts)
  // Before anything is decoded: in an encrypted file the object streams are ciphertext.
  if (facts.encrypted) return refuse('pdf-encrypted')
  for (const stream of xrefStreams) {
    const refusal = readXrefStream(bytes, body, stream, effort)
    if (refusal !== undefined) return refusal
  }
  for (const stream of streams.filter((each) => isObjectStream(each.dict))) {
    const refusal = readObjectStream(bytes, stream, facts, effort)
    if (refusal !== undefined) return refusal
  }
  readStrayOffsets(bytes, body, facts, effort)
  if (facts.active !== undefined) return refuse('pdf-active-content', { name: facts.active })
  if (effort.spent) return refuse('too-complex')
  if (facts.broken || !facts.catalog || !facts.page) return refuse('pdf-damaged')
  return judgeAttachments(bytes, streams, facts, effort) ?? findMalware(bytes, streams)
}

// An offset that leads to no object header is an error or a trick. Only names count there: a table that is
// a few bytes off is common, and what is read from the middle of an object is broken without being harmful.
function readStrayOffsets(bytes: Uint8Array, body: PdfBody, facts: PdfFacts, effort: PdfEffort): void {
  const { name } = observe(facts)
  for (const offset of body.offsets) {
    if (effort.spent) return
    if (offset < bytes.length) readRegion(bytes, offset, effort, { name, dict: () => {}, broken: () => {} })
  }
}

// PDF/A-3 invoices carry their data as an XML attachment. Nothing else may be attached.
function judgeAttachments(
  bytes: Uint8Array,
  streams: PdfStream[],
  facts: PdfFacts,
  effort: PdfEffort,
): Refusal | undefined {
  if (facts.opaqueAttachment) return refuse('pdf-embedded-file')
  const missing = new Set(facts.attachments)
  for (const stream of streams) {
    let attached = says(stream.dict, 'Type', 'EmbeddedFile')
    for (const number of stream.numbers) {
      if (facts.attachments.has(number)) attached = true
      missing.delete(number)
    }
    if (!attached) continue
    const decoded = decodeStructure(bytes, stream, effort)
    if (!decoded.ok) return decoded.reason === 'pdf-damaged' ? refuse('pdf-embedded-file') : decoded
    if (!inspectXml(trimEnd(decoded.data)).ok) return refuse('pdf-embedded-file')
  }
  return missing.size > 0 ? refuse('pdf-embedded-file') : undefined
}

// An unfiltered stream is taken up to `endstream`, which includes the line end before it.
function trimEnd(data: Uint8Array): Uint8Array {
  let end = data.length
  while (end > 0 && (data[end - 1] === 10 || data[end - 1] === 13)) end--
  return data.subarray(0, end)
}

// Page content runs nothing. It is decoded, within reason, only so that hidden malware is named.
function findMalware(bytes: Uint8Array, streams: PdfStream[]): Refusal | undefined {
  let left = pdfLimits.contentBytes
  for (const { dict, start, end } of streams) {
    if (left <= 0) return undefined
    if (isImageData(dict) || says(dict, 'Subtype', 'Image')) continue
    const decoded = decodeStream(bytes.subarray(start, end), dict, Math.min(left, largestContent))
    // A failure counts for all it may have cost, so that many bombs do not add up to a long wait.
    left -= decoded.work
    if (decoded.ok && holdsEicar(decoded.data)) return refuse('malware-found', { name: 'EICAR-Test-File' })
  }
  return undefined
}
