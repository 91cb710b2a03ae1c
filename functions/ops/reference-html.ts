/** Text that is markup already. Everything else is escaped on its way into a page. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | undefined | readonly Html[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign)

const markupOf = (part: Part): string => {
  if (part === undefined) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part))
  return part.map(({ text }) => text).join('')
}

/** Markup with values in it; only what was made by this function goes in unescaped. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.map((text, index) => text + markupOf(parts[index])).join(''))

export const nothing = html``

/** A line of text in which `code` stands between backticks. */
export const inline = (text: string): Html =>
  html`${text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`

/** Paragraphs, divided by empty lines. */
export const paragraphs = (text: string): Html =>
  html`${text.split(/\n{2,}/).map((part) => html`<p>${inline(part)}</p>`)}`

/** A block of code that a keyboard can scroll when it is wider than the page. */
export const codeBlock = (label: string, text: string): Html =>
  html`<pre tabindex="0" role="region" aria-label="${label}"><code>${text}</code></pre>`

/** A table that scrolls by itself on a narrow screen; one of more than three columns turns into a list there. */
export const table = (caption: string, heads: readonly string[], rows: readonly Html[]): Html =>
  html`<div class="table${heads.length > 3 ? ' wide' : ''}" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>
`
