import { type Refusal, refuse } from './verdict.ts'
import { readXml } from './xml.ts'

export type Relationship = { type: string; target: string; external: boolean }

export type Relationships = { ok: true; list: Relationship[] } | Refusal

/** The relationships of one `.rels` part (ISO/IEC 29500-2, 6.5); the type is its last path segment. */
export function readRelationships(bytes: Uint8Array): Relationships {
  const list: Relationship[] = []
  const read = readXml(bytes, {
    open: ({ local, attributes }) => {
      if (local !== 'Relationship') return
      list.push({
        type: (attributes.Type ?? '').split('/').at(-1) ?? '',
        target: attributes.Target ?? '',
        external: attributes.TargetMode?.toLowerCase() === 'external',
      })
    },
  })
  return read.ok ? { ok: true, list } : refuse('office-damaged')
}

const macroTypes = ['vbaProject', 'wordVbaData', 'xlMacrosheet', 'xlIntlMacrosheet']
const embeddedTypes = ['oleObject', 'control', 'activeXControlBinary', 'aFChunk']

/** Why a relationship is refused, if it is. */
export function judgeRelationship({ type, target, external }: Relationship): Refusal | undefined {
  if (macroTypes.includes(type)) return refuse('office-macro')
  if (embeddedTypes.includes(type)) return refuse('office-active-content', { name: type })
  if (!external || type === 'hyperlink') return undefined
  // A linked workbook is asked about before it is read.
  if (type === 'externalLinkPath') return undefined
  // A picture may come from the web, but a file or server path makes Windows offer the official's credentials.
  if (type === 'image' && /^https?:\/\//i.test(target)) return undefined
  // Word writes where the author's own template lies; that disk does not exist for anyone else.
  if (type === 'attachedTemplate' && /^(?:file:\/\/\/)?[a-z]:[\\/]/i.test(target)) return undefined
  return refuse('office-active-content', { name: type })
}
