import { SaxesParser } from 'saxes'
import { startsWith } from './bytes.ts'
import { type Inspection, type Refusal, refuse } from './verdict.ts'

const deepest = 256
const chunkLength = 65_536
const markupNamespaces = ['http://www.w3.org/1999/xhtml', 'http://www.w3.org/2000/svg']
const transformNamespace = 'http://www.w3.org/1999/XSL/Transform'

/** An element as a watcher sees it: its local name, its namespace, and its attributes by local name. */
export type XmlElement = { local: string; namespace: string; attributes: Record<string, string> }
export type XmlWatcher = {
  open?: (element: XmlElement) => void
  text?: (text: string) => void
  close?: (local: string) => void
}

/** A data-only XML: well formed, UTF-8 or UTF-16, no DTD, nothing a browser would run (XML 1.0, 5th ed.). */
export function inspectXml(bytes: Uint8Array): Inspection {
  return readXml(bytes, {})
}

/** Reads an XML under those rules and shows its elements and text to the watcher on the way. */
export function readXml(bytes: Uint8Array, watcher: XmlWatcher): Inspection {
  const text = decode(bytes)
  if (text === undefined) return refuse('xml-malformed')
  let refusal: Refusal | undefined
  let depth = 0
  // The first trouble is the verdict; what the parser makes of the text after it does not count.
  const fail = (found: Refusal) => {
    refusal ??= found
  }
  const parser = new SaxesParser({ xmlns: true, position: false })
  parser.on('error', () => fail(refuse('xml-malformed')))
  parser.on('doctype', () => fail(refuse('xml-doctype')))
  parser.on('xmldecl', (declaration) => {
    const encoding = declaration.encoding?.toLowerCase()
    if (encoding !== undefined && !/^(?:utf-8|utf8|utf-16|utf-16le|utf-16be|us-ascii)$/.test(encoding)) {
      fail(refuse('xml-malformed', { encoding }))
    }
  })
  parser.on('processinginstruction', ({ target }) => {
    if (target.toLowerCase() === 'xml-stylesheet') fail(refuse('xml-active-content'))
  })
  parser.on('opentag', (tag) => {
    depth++
    if (depth > deepest) fail(refuse('too-complex'))
    if (markupNamespaces.includes(tag.uri)) fail(refuse('xml-active-content'))
    if (depth === 1 && tag.uri === transformNamespace) fail(refuse('xml-active-content'))
    if (/^(?:script|iframe)$/i.test(tag.local)) fail(refuse('xml-active-content'))
    if (refusal !== undefined || watcher.open === undefined) return
    const attributes: Record<string, string> = Object.create(null)
    for (const attribute of Object.values(tag.attributes)) attributes[attribute.local] = attribute.value
    watcher.open({ local: tag.local, namespace: tag.uri, attributes })
  })
  parser.on('text', (value) => watcher.text?.(value))
  parser.on('cdata', (value) => watcher.text?.(value))
  parser.on('closetag', (tag) => {
    depth--
    watcher.close?.(tag.local)
  })
  for (let at = 0; at < text.length && refusal === undefined; at += chunkLength) {
    parser.write(text.slice(at, at + chunkLength))
  }
  if (refusal === undefined) parser.close()
  return refusal ?? { ok: true, findings: [] }
}

/** The text of an XML by its byte order mark, else by how its first `<` is written (XML 1.0 appendix F). */
function decode(bytes: Uint8Array): string | undefined {
  const wide = bytes.length % 2 === 0
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0x3c, 0x00])) {
    return wide ? decodeAs('utf-16le', bytes) : undefined
  }
  if (startsWith(bytes, [0xfe, 0xff]) || startsWith(bytes, [0x00, 0x3c])) {
    return wide ? decodeAs('utf-16be', bytes) : undefined
  }
  return decodeAs('utf-8', bytes)
}

function decodeAs(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
