import { startsWith } from './bytes.ts'
import { judgeContentType, readContentTypes } from './office-content-types.ts'
import { inspectFields } from './office-fields.ts'
import { judgeRelationship, readRelationships } from './office-relationships.ts'
import { holdsEicar } from './scanner.ts'
import { type Finding, type Inspection, mismatch, type Refusal, refuse } from './verdict.ts'
import { readDirectory, type ZipEntry } from './zip-directory.ts'
import { newAllowance, type UnpackAllowance, unpack } from './zip-entry.ts'

type OfficeKind = 'docx' | 'xlsx'
type Package = { main: string | undefined; findings: Set<Finding> }

/** A DOCX or XLSX without macros, embedded objects or automatic links (ISO/IEC 29500). */
export function inspectOffice(bytes: Uint8Array, kind: OfficeKind): Inspection {
  return inspectPackage(bytes, kind, newAllowance(), 0)
}

function inspectPackage(
  bytes: Uint8Array,
  kind: OfficeKind,
  left: UnpackAllowance,
  depth: number,
): Inspection {
  const directory = readDirectory(bytes)
  if (!directory.ok) return refuse(directory.why === 'too-many' ? 'too-complex' : 'office-damaged')
  const { entries } = directory
  const suspect = entries.map((entry) => judgeName(entry.name)).find((refusal) => refusal !== undefined)
  if (suspect !== undefined) return suspect
  const types = unpackNamed(bytes, entries, '[Content_Types].xml', left)
  if (types === undefined) return mismatch(kind, 'zip')
  if (!types.ok) return types
  const main = mainPart(types.data, kind, entries)
  if (typeof main === 'object') return main
  const state: Package = { main: undefined, findings: new Set() }
  for (const entry of entries) {
    const part = unpackEntry(bytes, entry, left)
    const refusal = part.ok ? inspectPart(entry.name, part.data, state, left, depth) : part
    if (refusal !== undefined) return refusal
  }
  // Office opens the part that the package's relationships name, whatever else there is.
  if (state.main === undefined || partName(state.main) !== main) return refuse('office-damaged')
  return { ok: true, findings: [...state.findings] }
}

function partName(name: string): string {
  return name.replace(/^\.?\//, '').toLowerCase()
}

function mainPart(contentTypes: Uint8Array, kind: OfficeKind, entries: ZipEntry[]): string | Refusal {
  const types = readContentTypes(contentTypes)
  if (!types.ok) return types
  for (const type of types.all) {
    const refusal = judgeContentType(type)
    if (refusal !== undefined) return refusal
  }
  const [main, second] = types.main
  if (main === undefined) return mismatch(kind, 'zip')
  if (main.kind !== kind) return mismatch(kind, main.kind)
  const part = partName(main.part)
  const folder = kind === 'docx' ? 'word/' : 'xl/'
  const present = entries.some((entry) => partName(entry.name) === part)
  return second === undefined && present && part.startsWith(folder) ? part : refuse('office-damaged')
}

function judgeName(name: string): Refusal | undefined {
  const lower = name.toLowerCase()
  if (/vbaproject|vbadata|macrosheets\//.test(lower)) return refuse('office-macro')
  if (/activex\/|oleobject/.test(lower)) return refuse('office-active-content', { name })
  // A chart keeps its numbers in an embedded workbook, inspected below; anything else there is an object.
  if (/embeddings\/./.test(lower) && !/\.(?:xlsx|docx)$/.test(lower)) {
    return refuse('office-active-content', { name })
  }
  return undefined
}

type Part = { ok: true; data: Uint8Array } | Refusal

function unpackNamed(
  bytes: Uint8Array,
  entries: ZipEntry[],
  name: string,
  left: UnpackAllowance,
): Part | undefined {
  const entry = entries.find((each) => each.name.toLowerCase() === name.toLowerCase())
  return entry === undefined ? undefined : unpackEntry(bytes, entry, left)
}

function unpackEntry(bytes: Uint8Array, entry: ZipEntry, left: UnpackAllowance): Part {
  const unpacked = unpack(bytes, entry, left)
  return unpacked.ok ? unpacked : refuse(unpacked.why === 'bomb' ? 'archive-bomb' : 'office-damaged')
}

function inspectPart(
  name: string,
  data: Uint8Array,
  state: Package,
  left: UnpackAllowance,
  depth: number,
): Refusal | undefined {
  if (holdsEicar(data)) return refuse('malware-found', { name: 'EICAR-Test-File' })
  const lower = name.toLowerCase()
  // A program, or an OLE container, under whatever name: a relationship could still lead to it.
  const program = startsWith(data, [0x4d, 0x5a]) && !lower.endsWith('.xml')
  if (program || startsWith(data, [0xd0, 0xcf, 0x11, 0xe0])) return refuse('office-active-content', { name })
  if (lower.endsWith('.rels')) return inspectRelationships(lower, data, state)
  if (/embeddings\/.*\.(?:xlsx|docx)$/.test(lower)) {
    if (depth > 0) return refuse('too-complex')
    const inner = inspectPackage(data, lower.endsWith('.xlsx') ? 'xlsx' : 'docx', left, depth + 1)
    return inner.ok ? undefined : inner
  }
  // By content, since a part's name need not end in .xml. Office itself writes VML that is not well formed.
  return looksLikeXml(data) && !lower.endsWith('.vml') ? inspectFields(lower, data) : undefined
}

function looksLikeXml(data: Uint8Array): boolean {
  return [[0x3c], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]].some((start) => startsWith(data, start))
}

function inspectRelationships(lower: string, data: Uint8Array, state: Package): Refusal | undefined {
  const relationships = readRelationships(data)
  if (!relationships.ok) return relationships
  for (const relationship of relationships.list) {
    const refusal = judgeRelationship(relationship)
    if (refusal !== undefined) return refusal
    if (relationship.external && relationship.type !== 'hyperlink') state.findings.add('office-external-link')
    if (lower === '_rels/.rels' && relationship.type === 'officeDocument') state.main ??= relationship.target
  }
  return undefined
}
