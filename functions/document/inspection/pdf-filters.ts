import { inflateSync } from 'node:zlib'
import type { Decoded } from './pdf-decoded.ts'
import { decodeAscii85, decodeAsciiHex, decodeLzw, decodeRunLength } from './pdf-old-filters.ts'
import { undoPredictor } from './pdf-predictor.ts'
import { isArray, isDict, isName, type PdfDict, type PdfValue } from './pdf-region.ts'

// The short names belong to inline images, but lenient readers take them anywhere.
const fullNames: Record<string, string> = {
  Fl: 'FlateDecode',
  LZW: 'LZWDecode',
  AHx: 'ASCIIHexDecode',
  A85: 'ASCII85Decode',
  RL: 'RunLengthDecode',
}

const longestChain = 8

/**
 * Undoes a stream's filter chain (ISO 32000-2, 7.4), yielding at most `limit` bytes over all its steps together.
 * Strict: data that one reader would give up on and another would half decode is `damaged`. `work` counts
 * the bytes gone through: a middle step can be huge and the last one empty.
 */
export function decodeStream(raw: Uint8Array, dict: PdfDict, limit: number): Decoded & { work: number } {
  const filters = filterChain(dict)
  const parameters = parameterChain(dict)
  let work = raw.length
  if (filters === undefined || parameters === undefined || filters.length > longestChain) {
    return { ok: false, why: 'damaged', work }
  }
  let data = raw
  let left = limit
  for (const [i, filter] of filters.entries()) {
    const step = decodeOnce(filter, data, parameters[i], left)
    if (!step.ok) return { ...step, work: work + (step.why === 'foreign' ? 0 : left) }
    data = step.data
    work += data.length
    left -= data.length
  }
  return { ok: true, data, work }
}

function decodeOnce(
  filter: string,
  data: Uint8Array,
  parameters: PdfDict | undefined,
  limit: number,
): Decoded {
  switch (fullNames[filter] ?? filter) {
    case 'FlateDecode':
      return afterPredictor(inflate(data, limit), parameters)
    case 'LZWDecode':
      return afterPredictor(
        decodeLzw(data, limit, parameters?.entries.get('EarlyChange')?.[0] !== 0),
        parameters,
      )
    case 'ASCIIHexDecode':
      return decodeAsciiHex(data)
    case 'ASCII85Decode':
      return decodeAscii85(data, limit)
    case 'RunLengthDecode':
      return decodeRunLength(data, limit)
    default:
      return { ok: false, why: 'foreign' }
  }
}

function afterPredictor(decoded: Decoded, parameters: PdfDict | undefined): Decoded {
  return decoded.ok && parameters !== undefined ? undoPredictor(decoded.data, parameters) : decoded
}

function inflate(data: Uint8Array, limit: number): Decoded {
  if (limit < 1) return { ok: false, why: 'bomb' }
  try {
    return { ok: true, data: inflateSync(data, { maxOutputLength: limit }) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return { ok: false, why: code === 'ERR_BUFFER_TOO_LARGE' ? 'bomb' : 'damaged' }
  }
}

/** The filter names in order; undefined when readers could differ on them. */
export function filterChain(dict: PdfDict): string[] | undefined {
  const value = agreed(dict, 'Filter', 'F')
  if (value === 'twice') return undefined
  if (value === undefined || value === 'null') return []
  const names: string[] = []
  for (const item of isArray(value) ? value.items : [value]) {
    if (!isName(item)) return undefined
    names.push(item.name)
  }
  return names
}

function parameterChain(dict: PdfDict): (PdfDict | undefined)[] | undefined {
  const value = agreed(dict, 'DecodeParms', 'DP')
  if (value === 'twice') return undefined
  if (value === undefined || value === 'null') return []
  const chain: (PdfDict | undefined)[] = []
  for (const item of (isArray(value) ? value.items : [value]).slice(0, longestChain)) {
    if (isDict(item) && isPlain(item)) chain.push(item)
    else if (item === 'null') chain.push(undefined)
    else return undefined
  }
  return chain
}

// Every parameter a direct number given once: an indirect one is another door for two readings.
function isPlain(parameters: PdfDict): boolean {
  if (!parameters.regular) return false
  for (const values of parameters.entries.values()) {
    if (values.length !== 1 || typeof values[0] === 'object') return false
  }
  return true
}

function agreed(dict: PdfDict, key: string, short: string): PdfValue | 'twice' | undefined {
  const values = [...(dict.entries.get(key) ?? []), ...(dict.entries.get(short) ?? [])]
  return values.length > 1 ? 'twice' : values[0]
}

/** Whether a chain ends in an image codec, whose output can be nothing but pixels. */
export function isImageData(dict: PdfDict): boolean {
  const last = filterChain(dict)?.at(-1) ?? ''
  return /^(?:DCTDecode|DCT|JPXDecode|CCITTFaxDecode|CCF|JBIG2Decode)$/.test(last)
}
