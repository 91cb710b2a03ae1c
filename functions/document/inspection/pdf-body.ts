import { ascii, occurrences } from './bytes.ts'
import { countObject, type PdfEffort } from './pdf-effort.ts'
import type { PdfFacts } from './pdf-facts.ts'
import { observe } from './pdf-facts.ts'
import { isPdfWhite } from './pdf-lexer.ts'
import {
  isArray,
  isDict,
  isRef,
  type PdfDict,
  type PdfRegion,
  type PdfValue,
  readRegion,
} from './pdf-region.ts'

/** A stream of the file. `end` is the furthest any reader could take it to reach. */
export type PdfStream = { dict: PdfDict; numbers: Set<number>; start: number; end: number }

/** The streams by where their `obj` keyword stands, and the offsets that cross-reference tables name. */
export type PdfBody = { streams: Map<number, PdfStream>; offsets: Set<number> }

/**
 * Reads the whole file as objects. Every `obj` keyword starts one, wherever it stands: in a stream's data, in
 * a string or in a comment, live or superseded. A reader can be led to any of those places by a crafted
 * cross-reference table or by its own repair, so all of them are inspected. Compressed data is not mistaken
 * for objects: past its `obj` an object must begin as one, and chance does not write that.
 */
export function readBody(bytes: Uint8Array, facts: PdfFacts, effort: PdfEffort): PdfBody {
  const observer = observe(facts)
  const integers = new Map<number, number>()
  const streams = new Map<number, PdfStream>()
  for (const at of occurrences(bytes, 'obj')) {
    if (effort.spent) break
    if (!startsObject(bytes, at)) continue
    countObject(effort)
    const region = readRegion(bytes, at + 3, effort, observer)
    const number = numberBefore(bytes, at)
    const [first] = region.values
    if (number !== undefined && typeof first === 'number' && region.values.length === 1) {
      integers.set(number, Math.max(first, integers.get(number) ?? 0))
    }
    const stream = region.stop === 'stream' ? toStream(bytes, region, number, facts) : undefined
    if (stream !== undefined) streams.set(at, stream)
  }
  setEnds(bytes, streams, integers)
  readTrailers(bytes, facts, effort)
  const body = { streams, offsets: new Set<number>() }
  for (const [number, offset] of tableEntries(bytes, effort)) claim(bytes, body, number, offset)
  return body
}

/** Notes a cross-reference entry; the object met at the offset also goes by the number the entry gives it. */
export function claim(bytes: Uint8Array, body: PdfBody, number: number, offset: number): void {
  const header = /^[\0\t\n\f\r ]*\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]*obj/.exec(
    ascii(bytes, offset, offset + 64),
  )
  if (header === null) body.offsets.add(offset)
  else body.streams.get(offset + header[0].length - 3)?.numbers.add(number)
}

// "endobj" is not one; "0obj" is, to lenient readers, and so is "0 % any words", a line end, and "obj".
function startsObject(bytes: Uint8Array, at: number): boolean {
  let next = at
  for (;;) {
    let before = next - 1
    let newLine = false
    while (isPdfWhite(bytes[before])) {
      if (bytes[before] === 10 || bytes[before] === 13) newLine = true
      before--
    }
    const byte = bytes[before] ?? 0x30
    if (byte >= 0x30 && byte <= 0x39) return true
    const comment = newLine ? commentStart(bytes, before) : undefined
    if (comment === undefined) return false
    next = comment
  }
}

function commentStart(bytes: Uint8Array, lineEnd: number): number | undefined {
  let start: number | undefined
  for (let at = lineEnd; at >= 0 && bytes[at] !== 10 && bytes[at] !== 13; at--)
    if (bytes[at] === 0x25) start = at
  return start
}

function numberBefore(bytes: Uint8Array, at: number): number | undefined {
  const header = /(\d{1,10})[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]*$/.exec(ascii(bytes, at - 40, at))
  return header === null ? undefined : Number(header[1])
}

function toStream(
  bytes: Uint8Array,
  region: PdfRegion,
  number: number | undefined,
  facts: PdfFacts,
): PdfStream | undefined {
  const dict = region.values.find(isDict)
  if (dict === undefined) return undefined
  if (region.values.length > 1) facts.broken = true
  let start = region.end
  if (bytes[start] === 13) start++
  if (bytes[start] === 10) start++
  return { dict, numbers: new Set(number === undefined ? [] : [number]), start, end: start }
}

// Some readers trust /Length and some look for `endstream`; the later of the two shows us what either sees.
function setEnds(bytes: Uint8Array, streams: Map<number, PdfStream>, integers: Map<number, number>): void {
  // Both lists are in file order and walked once: searching anew from each stream would be quadratic.
  const keywords = occurrences(bytes, 'endstream')
  let keyword = keywords.next()
  for (const stream of streams.values()) {
    while (!keyword.done && keyword.value < stream.start) keyword = keywords.next()
    let end = keyword.done ? bytes.length : keyword.value
    for (const value of stream.dict.entries.get('Length') ?? []) {
      end = Math.max(end, stream.start + lengthOf(value, integers))
    }
    stream.end = Math.min(end, bytes.length)
  }
}

function lengthOf(value: PdfValue, integers: Map<number, number>): number {
  if (typeof value === 'number') return value
  return isRef(value) ? (integers.get(value.number) ?? 0) : 0
}

function readTrailers(bytes: Uint8Array, facts: PdfFacts, effort: PdfEffort): void {
  for (const at of occurrences(bytes, 'trailer')) {
    if (effort.spent) return
    countObject(effort)
    const region = readRegion(bytes, at + 'trailer'.length, effort, observe(facts))
    for (const value of region.values) if (isDict(value)) noteEncryption(value, facts)
  }
}

/** A trailer, or the dictionary of a cross-reference stream, says whether the file is encrypted (7.6.2). */
export function noteEncryption(dict: PdfDict, facts: PdfFacts): void {
  if (dict.entries.get('Encrypt')?.some((value) => value !== 'null' && !isArray(value)))
    facts.encrypted = true
}

/** The object numbers and offsets in every cross-reference table (7.5.4), found by its keyword. */
function* tableEntries(bytes: Uint8Array, effort: PdfEffort): Generator<[number, number]> {
  for (const at of occurrences(bytes, 'xref')) {
    if (ascii(bytes, at - 5, at) === 'start') continue
    let cursor = at + 4
    let number = 0
    for (;;) {
      const row = /^[\0\t\n\f\r ]*(\d{1,10})[ \t]+(\d{1,10})(?:[ \t]+([nf]))?/.exec(
        ascii(bytes, cursor, cursor + 40),
      )
      if (row === null || effort.spent) break
      countObject(effort)
      cursor += row[0].length
      // Two numbers alone open a subsection; with a letter they are an entry of it.
      if (row[3] === undefined) number = Number(row[1])
      else {
        if (row[3] === 'n') yield [number, Number(row[1])]
        number++
      }
    }
  }
}
