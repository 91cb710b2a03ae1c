import { type Refusal, refuse } from './verdict.ts'
import { readXml } from './xml.ts'

export type ContentTypes =
  | { ok: true; all: string[]; main: { kind: 'docx' | 'xlsx'; part: string }[] }
  | Refusal

const prefix = 'application/vnd.openxmlformats-officedocument.'
const mainTypes: Record<string, 'docx' | 'xlsx'> = {
  [`${prefix}wordprocessingml.document.main+xml`]: 'docx',
  [`${prefix}spreadsheetml.sheet.main+xml`]: 'xlsx',
}

/** Reads `[Content_Types].xml` (ISO/IEC 29500-2, 7.2.3): every type named, and the parts that are a main part. */
export function readContentTypes(bytes: Uint8Array): ContentTypes {
  const all: string[] = []
  const main: { kind: 'docx' | 'xlsx'; part: string }[] = []
  const read = readXml(bytes, {
    open: ({ attributes }) => {
      const type = attributes.ContentType
      if (type === undefined) return
      all.push(type)
      const kind = mainTypes[type]
      if (kind !== undefined && attributes.PartName !== undefined)
        main.push({ kind, part: attributes.PartName })
    },
  })
  return read.ok ? { ok: true, all, main } : refuse('office-damaged')
}

/** Why a content type is refused, if it is: macros under any name, and objects that run. */
export function judgeContentType(type: string): Refusal | undefined {
  if (/macro|vbaproject|vbadata/i.test(type)) return refuse('office-macro')
  if (/activex|oleobject|x-msdownload|javascript|text\/html|message\/rfc822/i.test(type)) {
    return refuse('office-active-content', { name: type })
  }
  return undefined
}
