import { SaxesParser } from 'saxes'
import { S3Error } from './s3-error.ts'

export type XmlContent = string | number | boolean | XmlNode[]
export type XmlNode = readonly [name: string, content: XmlContent]

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

function escapeXml(text: string): string {
  return text.replace(/[&<>"'\p{Cc}]/gu, (c) => {
    if (c === '&') return '&amp;'
    if (c === '<') return '&lt;'
    if (c === '>') return '&gt;'
    if (c === '"') return '&quot;'
    return `&#x${c.charCodeAt(0).toString(16)};`
  })
}

function render([name, content]: XmlNode): string {
  const inner = Array.isArray(content) ? content.map(render).join('') : escapeXml(String(content))
  return `<${name}>${inner}</${name}>`
}

/** A whole answer document in S3's namespace. */
export function xmlDocument(name: string, children: XmlNode[]): string {
  return `${declaration}<${name} xmlns="${namespace}">${children.map(render).join('')}</${name}>`
}

/** S3's error document; errors carry no namespace. */
export function xmlError(children: XmlNode[]): string {
  return `${declaration}${render(['Error', children])}`
}

export type Element = { name: string; children: Element[]; text: string }

/** Reads a small request document; anything but well-formed XML without a DTD is refused as MalformedXML. */
export function parseXml(source: string): Element {
  const root: Element = { name: '', children: [], text: '' }
  const open: Element[] = [root]
  const parser = new SaxesParser({ xmlns: false })
  const refuse = () => {
    throw new S3Error('MalformedXML')
  }
  parser.on('error', refuse)
  parser.on('doctype', refuse)
  parser.on('opentag', (tag) => {
    const element: Element = { name: tag.name, children: [], text: '' }
    // No S3 document nests deeper; the limit keeps a hostile one from growing the stack of open elements.
    if (open.length > 8) refuse()
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('text', (text) => {
    const current = open.at(-1)
    if (current) current.text += text
  })
  parser.on('closetag', () => {
    open.pop()
  })
  try {
    parser.write(source).close()
  } catch {
    throw new S3Error('MalformedXML')
  }
  const top = root.children[0]
  if (!top || root.children.length !== 1) throw new S3Error('MalformedXML')
  return top
}

export function childText(element: Element, name: string): string | undefined {
  return element.children.find((child) => child.name === name)?.text
}
