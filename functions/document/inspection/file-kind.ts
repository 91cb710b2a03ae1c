import { ascii, startsWith } from './bytes.ts'
import type { FileKind } from './file-kinds.ts'
import { heifKind } from './heic.ts'

const signatures: [FileKind, number[]][] = [
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['office-97', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ['executable', [0x4d, 0x5a]],
  ['executable', [0x7f, 0x45, 0x4c, 0x46]],
  ['executable', [0xca, 0xfe, 0xba, 0xbe]],
  ['executable', [0xcf, 0xfa, 0xed, 0xfe]],
  ['executable', [0x23, 0x21]],
  ['other-image', [0x47, 0x49, 0x46, 0x38]],
  ['other-image', [0x52, 0x49, 0x46, 0x46]],
  ['other-image', [0x49, 0x49, 0x2a, 0x00]],
  ['other-image', [0x4d, 0x4d, 0x00, 0x2a]],
  ['other-image', [0x42, 0x4d]],
  ['rtf', [0x7b, 0x5c, 0x72, 0x74]],
  ['archive', [0x52, 0x61, 0x72, 0x21]],
  ['archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['archive', [0x1f, 0x8b]],
]

/** The kind told by the magic number alone. A DOCX or XLSX is a `zip` here: its parts tell which it is. */
export function fileKind(bytes: Uint8Array): FileKind {
  const heif = heifKind(bytes)
  if (heif !== undefined) return heif
  for (const [kind, signature] of signatures) if (startsWith(bytes, signature)) return kind
  return markupKind(bytes)
}

function markupKind(bytes: Uint8Array): FileKind {
  // Dropping NUL reads UTF-16 text as the ASCII it mostly is; only the first tag is looked at.
  const head = ascii(bytes, 0, 4096)
    .replaceAll('\0', '')
    .replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '')
    .trimStart()
    .toLowerCase()
  if (!head.startsWith('<')) return 'unknown'
  if (/^(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body|script|iframe)\b/s.test(head))
    return 'html'
  if (/^(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+)?svg\b/.test(head)) return 'svg'
  // A first letter beyond ASCII is a lawful element name, and Vietnamese systems do use them.
  return /^<[?!a-z_:\u0080-\u00ff]/.test(head) ? 'xml' : 'unknown'
}
