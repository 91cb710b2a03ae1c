import type { FileKind } from './file-kinds.ts'

const kinds = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/heic': 'heic',
  'image/heif': 'heic',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/xml': 'xml',
  'text/xml': 'xml',
} as const satisfies Record<string, FileKind>

export type AcceptedType = keyof typeof kinds
export type AcceptedKind = (typeof kinds)[AcceptedType]

/** The media types a citizen may upload. */
export const acceptedTypes = Object.keys(kinds) as AcceptedType[]

/** The accepted media type named by a Content-Type value; parameters such as charset do not matter. */
export function acceptedType(contentType: string): AcceptedType | undefined {
  const essence = contentType.split(';', 1)[0]?.trim().toLowerCase()
  return acceptedTypes.find((type) => type === essence)
}

export function kindOf(type: AcceptedType): AcceptedKind {
  return kinds[type]
}

const extensions: Record<AcceptedKind, string[]> = {
  pdf: ['pdf'],
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  png: ['png'],
  heic: ['heic', 'heif'],
  docx: ['docx'],
  xlsx: ['xlsx'],
  xml: ['xml'],
}

// A harmless content under such a name would still be started, not opened, by a double click.
const startable =
  'exe com scr pif bat cmd ps1 vbs vbe js jse wsf wsh hta msi msp lnk url jar cpl reg scf chm iso img ' +
  'docm dotm xlsm xltm xlam pptm html htm xhtml svg mht mhtml php asp aspx sh apk app dmg'

/**
 * Whether a file name ends in the extension of another kind of file. A name without an extension, or with
 * an ending nobody knows ("don xin. Nguyen Van A"), is no contradiction.
 */
export function nameContradicts(fileName: string, kind: AcceptedKind): boolean {
  // Windows drops trailing dots and spaces, so "a.exe. " is started as "a.exe".
  const name = fileName.replace(/[. ]+$/, '').toLowerCase()
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.') + 1) : ''
  if (extensions[kind].includes(extension)) return false
  return startable.split(' ').includes(extension) || Object.values(extensions).flat().includes(extension)
}
