import { isDict, isRef, type PdfDict, type PdfObserver, type PdfValue, says } from './pdf-region.ts'

/** What was met anywhere in a PDF: in live, superseded and unreachable objects alike. */
export type PdfFacts = {
  /** The first name met that lets the PDF run or open something. */
  active: string | undefined
  encrypted: boolean
  broken: boolean
  catalog: boolean
  page: boolean
  form: boolean
  /** An attachment given otherwise than as a plain dictionary of references, which cannot be followed. */
  opaqueAttachment: boolean
  /** Numbers of the objects said to be attached files. */
  attachments: Set<number>
}

/**
 * Names that, as a key or a value, make a PDF run or open something: actions (ISO 32000-2, 12.6.4),
 * rich media (13.7), 3D scripts (13.6.4), XFA forms (12.7.8 of ISO 32000-1). Neither OpenAction nor AA is
 * here: most often they only say which page to show, and any harmful action they start is met by its own
 * name. XFA is refused whole: it is a second form language with its own scripts that most viewers cannot
 * show. A link to a web address (URI) needs a click and is shown first: it is allowed.
 */
const activeNames = new Set([
  'JS',
  'JavaScript',
  'Launch',
  'SubmitForm',
  'ImportData',
  'GoToR',
  'GoToE',
  'XFA',
  'OnInstantiate',
  'RichMedia',
  'RichMediaContent',
  'RichMediaSettings',
  'RichMediaExecute',
])

// In a dictionary whose keys and values do not alternate, each reader sees these somewhere else.
const structuralNames = ['First', 'ObjStm', 'EF', 'EmbeddedFile', 'Encrypt', 'Filter', 'Type']

export function newFacts(): PdfFacts {
  return {
    active: undefined,
    encrypted: false,
    broken: false,
    catalog: false,
    page: false,
    form: false,
    opaqueAttachment: false,
    attachments: new Set(),
  }
}

export function observe(facts: PdfFacts): PdfObserver {
  return {
    name: (name) => {
      if (activeNames.has(name)) facts.active ??= name
    },
    dict: (dict) => noteDict(facts, dict),
    broken: () => {
      facts.broken = true
    },
  }
}

function noteDict(facts: PdfFacts, dict: PdfDict): void {
  if (!dict.regular && structuralNames.some((name) => mentions(dict, name))) facts.broken = true
  if (says(dict, 'Type', 'Catalog')) facts.catalog = true
  if (says(dict, 'Type', 'Page')) facts.page = true
  if (dict.entries.has('AcroForm')) facts.form = true
  for (const value of dict.entries.get('EF') ?? []) noteAttachment(facts, value)
}

function mentions(dict: PdfDict, name: string): boolean {
  if (dict.entries.has(name)) return true
  for (const key of dict.entries.keys()) if (says(dict, key, name)) return true
  return false
}

function noteAttachment(facts: PdfFacts, value: PdfValue): void {
  if (!isDict(value)) {
    if (value !== 'null') facts.opaqueAttachment = true
    return
  }
  for (const file of [...value.entries.values()].flat()) {
    if (isRef(file)) facts.attachments.add(file.number)
    else facts.opaqueAttachment = true
  }
}
