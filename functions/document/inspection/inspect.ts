import { createHash } from 'node:crypto'
import { type AcceptedKind, acceptedType, kindOf, nameContradicts } from './accepted-types.ts'
import { fileKind } from './file-kind.ts'
import type { FileKind } from './file-kinds.ts'
import { hasZipTail } from './foreign-tail.ts'
import { inspectHeic } from './heic.ts'
import { inspectJpeg } from './jpeg.ts'
import { inspectOffice } from './office.ts'
import { inspectPdf } from './pdf.ts'
import { inspectPng } from './png.ts'
import { holdsEicar, type ScanAnswer, type Scanner } from './scanner.ts'
import { type Declared, type Inspection, mismatch, type Refusal, refuse, type Verdict } from './verdict.ts'
import { inspectXml } from './xml.ts'

/**
 * Inspects one upload. Never throws and ends in bounded time for any bytes. The checks run from cheap to
 * dear, and the outside scanners last, so that a file refused anyway costs no scan.
 */
export async function inspect(
  bytes: Uint8Array,
  declared: Declared,
  ports: { scanners: Scanner[] } = { scanners: [] },
): Promise<Verdict> {
  const identity = checkIdentity(bytes, declared)
  if (identity !== undefined) return rejected(identity)
  const content = inspectSafely(bytes, declared)
  if (!content.ok) return rejected(content)

  const answers = await Promise.all(ports.scanners.map((scanner) => ask(scanner, bytes)))
  const infected = answers.find((answer) => answer.verdict === 'infected')
  if (infected !== undefined) {
    return rejected(
      refuse('malware-found', infected.name === undefined ? undefined : { name: infected.name }),
    )
  }
  if (answers.some((answer) => answer.verdict !== 'clean')) return { outcome: 'scan-delayed' }
  return {
    outcome: 'clean',
    contentType: acceptedType(declared.contentType) ?? declared.contentType,
    size: bytes.length,
    sha256: declared.sha256.toLowerCase(),
    findings: content.findings,
  }
}

function checkIdentity(bytes: Uint8Array, declared: Declared): Refusal | undefined {
  if (bytes.length === 0) return refuse('empty-file')
  if (bytes.length !== declared.size) {
    return refuse('size-mismatch', { declared: declared.size, received: bytes.length })
  }
  const digest = createHash('sha256').update(bytes).digest('hex')
  return digest === declared.sha256.toLowerCase() ? undefined : refuse('checksum-mismatch')
}

// The last resort for a fault of our own: a file that could not be inspected is not let in.
function inspectSafely(bytes: Uint8Array, declared: Declared): Inspection {
  try {
    return inspectContent(bytes, declared)
  } catch {
    return refuse('too-complex')
  }
}

/** The content checks alone, without size, checksum and outside scanners. */
export function inspectContent(
  bytes: Uint8Array,
  declared: Pick<Declared, 'contentType' | 'fileName'>,
): Inspection {
  if (holdsEicar(bytes)) return refuse('malware-found', { name: 'EICAR-Test-File' })
  const type = acceptedType(declared.contentType)
  if (type === undefined) return refuse('type-not-accepted')
  const kind = kindOf(type)
  const found = fileKind(bytes)
  if (!couldBe(found, kind)) return wrongKind(bytes, kind, found)
  if (nameContradicts(declared.fileName, kind)) return mismatch(kind, kind)
  // Archive readers look for a ZIP's directory at the END of a file: any format can carry one there.
  if (found !== 'zip' && hasZipTail(bytes)) return mismatch(kind, 'zip')
  return inspectKind(bytes, kind)
}

function couldBe(found: FileKind, kind: AcceptedKind): boolean {
  return found === kind || (found === 'zip' && (kind === 'docx' || kind === 'xlsx'))
}

function wrongKind(bytes: Uint8Array, kind: AcceptedKind, found: FileKind): Refusal {
  // A password turns a DOCX into an OLE container holding a stream of this name ([MS-OFFCRYPTO] 2.3.4).
  const sealed = Buffer.from('EncryptedPackage', 'utf16le')
  if (found === 'office-97' && Buffer.from(bytes).includes(sealed)) return refuse('office-encrypted')
  return mismatch(kind, found)
}

function inspectKind(bytes: Uint8Array, kind: AcceptedKind): Inspection {
  switch (kind) {
    case 'pdf':
      return inspectPdf(bytes)
    case 'jpeg':
      return inspectJpeg(bytes)
    case 'png':
      return inspectPng(bytes)
    case 'heic':
      return inspectHeic(bytes)
    case 'xml':
      return inspectXml(bytes)
    case 'docx':
    case 'xlsx':
      return inspectOffice(bytes, kind)
  }
}

async function ask(scanner: Scanner, bytes: Uint8Array): Promise<ScanAnswer> {
  try {
    return await scanner(bytes)
  } catch {
    return { verdict: 'unavailable' }
  }
}

function rejected(refusal: Refusal): Verdict {
  const { reason, params } = refusal
  return params === undefined ? { outcome: 'rejected', reason } : { outcome: 'rejected', reason, params }
}
