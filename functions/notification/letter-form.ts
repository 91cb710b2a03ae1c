import type { Language } from '../../shared/text.ts'
import type { Part } from './template.ts'

/** A letter in one language, its values filled in. */
export interface Section {
  language: Language
  heading: string
  parts: readonly Part[]
}

const textOf = (part: Part): string => {
  switch (part.kind) {
    case 'paragraph':
    case 'key':
      return part.text
    case 'facts':
      return part.rows.map(([label, value]) => `${label}: ${value}`).join('\n')
    case 'link':
      return `${part.label}: ${part.href}`
    case 'list':
      return part.items.map((item) => `- ${item}`).join('\n')
  }
}

/** The letter for readers without HTML. */
export const toText = ([first, second]: readonly [Section, Section]): string => {
  const body = (section: Section): string => section.parts.map(textOf).join('\n\n')
  return `${body(first)}\n\n--- ${second.heading} ---\n\n${body(second)}\n`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Every character that could end a text or an attribute becomes an entity. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? '')

const htmlOf = (part: Part): string => {
  switch (part.kind) {
    case 'paragraph':
      return `<p style="margin:0 0 12px">${escapeHtml(part.text)}</p>`
    case 'key':
      // No markup inside: people copy the line and read it aloud whole.
      return `<p style="margin:0 0 12px;padding:12px;background:#f2f4f7;font-size:18px;font-weight:bold">\n${escapeHtml(part.text)}\n</p>`
    case 'facts':
      return `<table role="presentation" style="margin:0 0 12px;border-collapse:collapse">\n${part.rows
        .map(
          ([label, value]) =>
            `<tr><td style="padding:2px 12px 2px 0;vertical-align:top;color:#475467">${escapeHtml(label)}</td>\n<td style="padding:2px 0;font-weight:bold">${escapeHtml(value)}</td></tr>`,
        )
        .join('\n')}\n</table>`
    case 'link':
      return `<p style="margin:0 0 12px">${escapeHtml(part.label)}: <a href="${escapeHtml(part.href)}">${escapeHtml(part.href)}</a></p>`
    case 'list':
      return `<ul style="margin:0 0 12px;padding-left:20px">\n${part.items
        .map((item) => `<li style="margin:0 0 4px">${escapeHtml(item)}</li>`)
        .join('\n')}\n</ul>`
  }
}

/** The same letter in HTML: inline styles, nothing loaded from anywhere, so that opening it tells nobody. */
export const toHtml = (title: string, [first, second]: readonly [Section, Section]): string => {
  const body = (section: Section): string => section.parts.map(htmlOf).join('\n')
  return [
    '<!DOCTYPE html>',
    `<html lang="${first.language}">`,
    `<head><meta charset="utf-8"><title>${escapeHtml(title)}</title></head>`,
    '<body style="margin:0;padding:16px;font:16px/1.5 Arial,sans-serif;color:#101828">',
    '<div style="max-width:640px;margin:0 auto">',
    body(first),
    `<div lang="${second.language}" style="border-top:1px solid #d0d5dd;padding-top:16px;margin-top:24px;font-size:14px">`,
    `<p style="margin:0 0 12px;font-weight:bold">${escapeHtml(second.heading)}</p>`,
    body(second),
    '</div>',
    '</div>',
    '</body>',
    '</html>',
    '',
  ].join('\n')
}
