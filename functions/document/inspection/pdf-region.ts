import { type PdfEffort, pdfLimits } from './pdf-effort.ts'
import { PdfLexer, type PdfToken } from './pdf-lexer.ts'

export type PdfName = { type: 'name'; name: string }
export type PdfRef = { type: 'ref'; number: number }
export type PdfDict = {
  type: 'dict'
  /** Every value given for a key: readers differ on whether the first or the last one counts. */
  entries: Map<string, PdfValue[]>
  /** Keys and values alternate as they should. */
  regular: boolean
}
export type PdfArray = { type: 'array'; items: PdfValue[] }
export type PdfValue = number | 'string' | 'word' | 'null' | PdfName | PdfRef | PdfDict | PdfArray

/** What is told about a run of tokens while it is read. */
export type PdfObserver = {
  name: (name: string) => void
  dict: (dict: PdfDict) => void
  /** Syntax on which readers part ways. */
  broken: () => void
}

export type PdfRegion = { values: PdfValue[]; stop: string; end: number }

const stops = new Set(['obj', 'endobj', 'stream', 'endstream', 'xref', 'trailer', 'startxref'])

type Container = { open: '<<' | '['; items: PdfValue[] }

/**
 * Reads the values from one offset up to the keyword that ends an object, the first garbage outside all
 * brackets, or the end. `single` stops after the first whole value. Not recursive: nesting is the attacker's.
 */
export function readRegion(
  bytes: Uint8Array,
  start: number,
  effort: PdfEffort,
  observer: PdfObserver,
  single = false,
): PdfRegion {
  const lexer = new PdfLexer(bytes, start, effort)
  const values: PdfValue[] = []
  const stack: Container[] = []
  const finish = (stop: string): PdfRegion => {
    while (stack.length > 0) close(stack, values, observer, false)
    return { values, stop, end: lexer.at }
  }
  for (;;) {
    const token = lexer.next()
    const items = stack.at(-1)?.items ?? values
    if (items.length > pdfLimits.itemsInContainer) effort.spent = true
    const outside = stack.length === 0
    switch (token.kind) {
      case 'end':
      case 'unclosed-string':
        if (!outside || token.kind === 'unclosed-string') observer.broken()
        return finish('')
      case '<<':
      case '[':
        if (stack.length >= pdfLimits.nesting) effort.spent = true
        else stack.push({ open: token.kind, items: [] })
        break
      case '>>':
      case ']':
        if (outside) return finish('')
        // A bracket closing the other kind is closed by some readers and skipped by others.
        if ((stack.at(-1)?.open === '<<') !== (token.kind === '>>')) observer.broken()
        close(stack, values, observer, true)
        break
      case 'word':
        if (stops.has(token.word)) {
          if (!outside) observer.broken()
          return finish(token.word)
        }
        if (outside && !isValueWord(token.word)) return finish('')
        addWord(items, token.word)
        break
      default:
        addPlain(items, token, observer)
    }
    if (single && stack.length === 0 && values.length > 0) return finish('')
  }
}

function isValueWord(word: string): boolean {
  return word === 'true' || word === 'false' || word === 'null' || word === 'R'
}

function addPlain(items: PdfValue[], token: PdfToken, observer: PdfObserver): void {
  if (token.kind === 'number') items.push(token.value)
  else if (token.kind === 'string') items.push('string')
  else if (token.kind === 'name') {
    items.push({ type: 'name', name: token.name })
    observer.name(token.name)
  }
}

function addWord(items: PdfValue[], word: string): void {
  const number = items.at(-2)
  if (word === 'R' && typeof number === 'number' && typeof items.at(-1) === 'number') {
    items.splice(-2, 2, { type: 'ref', number })
  } else items.push(word === 'null' ? 'null' : 'word')
}

function close(stack: Container[], values: PdfValue[], observer: PdfObserver, whole: boolean): void {
  const container = stack.pop()
  if (container === undefined) return
  const target = stack.at(-1)?.items ?? values
  if (container.open === '[') {
    target.push({ type: 'array', items: container.items })
    return
  }
  const dict = toDict(container.items, whole)
  target.push(dict)
  observer.dict(dict)
}

function toDict(items: PdfValue[], whole: boolean): PdfDict {
  const entries = new Map<string, PdfValue[]>()
  let regular = whole
  let i = 0
  while (i < items.length) {
    const key = items[i]
    const value = items[i + 1]
    if (!isName(key) || value === undefined) {
      regular = false
      i++
      continue
    }
    const known = entries.get(key.name)
    if (known === undefined) entries.set(key.name, [value])
    else known.push(value)
    i += 2
  }
  return { type: 'dict', entries, regular }
}

export function isName(value: PdfValue | undefined): value is PdfName {
  return typeof value === 'object' && value.type === 'name'
}

export function isDict(value: PdfValue | undefined): value is PdfDict {
  return typeof value === 'object' && value.type === 'dict'
}

export function isArray(value: PdfValue | undefined): value is PdfArray {
  return typeof value === 'object' && value.type === 'array'
}

export function isRef(value: PdfValue | undefined): value is PdfRef {
  return typeof value === 'object' && value.type === 'ref'
}

/** True when any value of the key is this name. */
export function says(dict: PdfDict, key: string, name: string): boolean {
  return dict.entries.get(key)?.some((value) => isName(value) && value.name === name) ?? false
}

/** The value of a key that is given once; undefined when it is absent or given twice. */
export function only(dict: PdfDict, key: string): PdfValue | undefined {
  const values = dict.entries.get(key)
  return values?.length === 1 ? values[0] : undefined
}
