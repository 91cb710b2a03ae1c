import { type Refusal, refuse } from './verdict.ts'
import { readXml } from './xml.ts'

/**
 * Reads one XML part for fields and links that start a program: a Word DDE field (ISO/IEC 29500-1, 17.16.5),
 * whose instruction may be cut into many runs, and a spreadsheet's DDE or OLE link (18.14).
 */
export function inspectFields(partName: string, data: Uint8Array): Refusal | undefined {
  // Sheets hold most of a workbook's bytes and no such element, and are the slow ones to read.
  if (/^xl\/(?:worksheets\/sheet|sharedstrings)/.test(partName)) return undefined
  let dangerous = false
  let instruction = ''
  let inInstruction = false
  const judge = (text: string) => {
    if (/^[\s"]*dde(?:auto)?\b/i.test(text)) dangerous = true
  }
  const read = readXml(data, {
    open: ({ local, attributes }) => {
      if (local === 'ddeLink' || local === 'oleLink' || local === 'OLEObject') dangerous = true
      if (local === 'fldSimple') judge(attributes.instr ?? '')
      if (local === 'fldChar') instruction = ''
      if (local === 'instrText') inInstruction = true
    },
    text: (text) => {
      if (!inInstruction) return
      // Only the beginning tells; kept short so that no long field is joined again and again.
      if (instruction.length < 256) instruction += text.slice(0, 256)
      judge(instruction)
    },
    close: (local) => {
      if (local === 'instrText') inInstruction = false
    },
  })
  if (dangerous) return refuse('office-active-content', { name: 'DDE' })
  // What lies in customXml is the author's own data, and Office reads past what is wrong in it.
  if (read.ok || partName.startsWith('customxml/')) return undefined
  return read.reason === 'too-complex' ? read : refuse('office-damaged')
}
