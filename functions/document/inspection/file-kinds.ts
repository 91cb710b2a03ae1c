/** What a file is by its first bytes, whatever it is called. */
export const fileKinds = [
  'pdf',
  'jpeg',
  'png',
  'heic',
  'docx',
  'xlsx',
  'xml',
  'zip',
  'archive',
  'office-97',
  'executable',
  'html',
  'svg',
  'other-image',
  'rtf',
  'unknown',
] as const

export type FileKind = (typeof fileKinds)[number]
