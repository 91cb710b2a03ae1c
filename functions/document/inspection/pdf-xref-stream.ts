import { claim, type PdfBody, type PdfStream } from './pdf-body.ts'
import { countObject, type PdfEffort } from './pdf-effort.ts'
import { decodeStructure } from './pdf-object-stream.ts'
import { isArray, only, type PdfDict } from './pdf-region.ts'
import { type Refusal, refuse } from './verdict.ts'

/** Follows the entries of a cross-reference stream to the offsets they name. */
export function readXrefStream(
  bytes: Uint8Array,
  body: PdfBody,
  stream: PdfStream,
  effort: PdfEffort,
): Refusal | undefined {
  const decoded = decodeStructure(bytes, stream, effort)
  if (!decoded.ok) return decoded
  const widths = numbers(stream.dict, 'W')
  if (widths === undefined || widths.length < 3) return refuse('pdf-damaged')
  if (widths.some((width) => !Number.isInteger(width) || width < 0 || width > 8)) return refuse('pdf-damaged')
  const [typeWidth = 0, offsetWidth = 0] = widths
  const rowLength = widths.reduce((sum, width) => sum + width, 0)
  if (rowLength === 0) return refuse('pdf-damaged')
  const { data } = decoded
  const number = numbering(numbers(stream.dict, 'Index') ?? [0, Number.POSITIVE_INFINITY])
  for (let at = 0; at + rowLength <= data.length; at += rowLength) {
    countObject(effort)
    if (effort.spent) return undefined
    // Without a type field every entry is of type 1.
    const type = typeWidth === 0 ? 1 : field(data, at, typeWidth)
    const named = number.next().value ?? -1
    if (type === 1) claim(bytes, body, named, field(data, at + typeWidth, offsetWidth))
  }
  return undefined
}

function numbers(dict: PdfDict, key: string): number[] | undefined {
  const value = only(dict, key)
  return isArray(value) ? value.items.filter((item) => typeof item === 'number') : undefined
}

function* numbering(index: number[]): Generator<number, undefined> {
  for (let i = 0; i + 1 < index.length; i += 2) {
    const first = index[i] ?? 0
    for (let n = 0; n < (index[i + 1] ?? 0); n++) yield first + n
  }
  return undefined
}

function field(data: Uint8Array, at: number, width: number): number {
  let value = 0
  for (let i = 0; i < width; i++) value = value * 256 + (data[at + i] ?? 0)
  return value
}
