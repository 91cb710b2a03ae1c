import type { Decoded } from './pdf-decoded.ts'
import type { PdfDict } from './pdf-region.ts'

/** Undoes a PNG or TIFF predictor (ISO 32000-2, 7.4.4.4), row by row. */
export function undoPredictor(data: Uint8Array, parameters: PdfDict): Decoded {
  const predictor = number(parameters, 'Predictor', 1)
  if (predictor === 1) return { ok: true, data }
  const bits = number(parameters, 'Colors', 1) * number(parameters, 'BitsPerComponent', 8)
  const row = Math.ceil((bits * number(parameters, 'Columns', 1)) / 8)
  const pixel = Math.ceil(bits / 8)
  if (!Number.isInteger(bits) || !Number.isInteger(row) || bits < 1 || row < 1)
    return { ok: false, why: 'damaged' }
  if (predictor === 2) return bits === 8 ? undoTiff(data, row) : { ok: false, why: 'damaged' }
  return predictor >= 10 && predictor <= 15 ? undoPng(data, row, pixel) : { ok: false, why: 'damaged' }
}

function number(parameters: PdfDict, key: string, otherwise: number): number {
  const value = parameters.entries.get(key)?.[0] ?? otherwise
  return typeof value === 'number' ? value : Number.NaN
}

function undoTiff(data: Uint8Array, row: number): Decoded {
  const out = data.slice()
  for (let i = 1; i < out.length; i++) if (i % row !== 0) out[i] = (out[i] ?? 0) + (out[i - 1] ?? 0)
  return { ok: true, data: out }
}

function undoPng(data: Uint8Array, row: number, pixel: number): Decoded {
  const rows = Math.ceil(data.length / (row + 1))
  const out = new Uint8Array(Math.max(0, data.length - rows))
  for (let r = 0; r < rows; r++) {
    const from = r * (row + 1)
    const to = r * row
    const filter = data[from] ?? 0
    if (filter > 4) return { ok: false, why: 'damaged' }
    const width = Math.min(row, data.length - from - 1)
    for (let i = 0; i < width; i++) {
      const left = i >= pixel ? (out[to + i - pixel] ?? 0) : 0
      const up = r > 0 ? (out[to + i - row] ?? 0) : 0
      const corner = i >= pixel && r > 0 ? (out[to + i - row - pixel] ?? 0) : 0
      out[to + i] = (data[from + 1 + i] ?? 0) + guess(filter, left, up, corner)
    }
  }
  return { ok: true, data: out }
}

function guess(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left
    case 2:
      return up
    case 3:
      return (left + up) >> 1
    case 4:
      return paeth(left, up, corner)
    default:
      return 0
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner
  const toLeft = Math.abs(estimate - left)
  const toUp = Math.abs(estimate - up)
  const toCorner = Math.abs(estimate - corner)
  if (toLeft <= toUp && toLeft <= toCorner) return left
  return toUp <= toCorner ? up : corner
}
