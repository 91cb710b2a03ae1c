import type { Announcements } from './announcements.ts'
import type { Template } from './template.ts'
import { dossierSubmittedTemplate } from './templates/dossier-submitted.ts'
import { paymentPaidTemplate } from './templates/payment-paid.ts'

/** A template for every announced event, and for no other. */
export type Templates = { [Name in keyof Announcements]: Template<Announcements[Name]> }

/** Every message there is. Adding one is one entry here. */
export const templates = {
  dossierSubmitted: dossierSubmittedTemplate,
  paymentPaid: paymentPaidTemplate,
} as const satisfies Templates

const byType: ReadonlyMap<string, Template> = new Map(
  Object.values(templates).map((template) => [template.event.type, template]),
)

export const templateOf = (eventType: string): Template => {
  const template = byType.get(eventType)
  if (!template) throw new Error(`no template for ${eventType}`)
  return template
}
