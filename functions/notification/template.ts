import type * as z from 'zod'
import type { EventDefinition } from '../../shared/events.ts'
import type { Language } from '../../shared/text.ts'

/** A part of a letter. `{name}` places are filled with the values of `values.ts`. */
export type Part =
  | { kind: 'paragraph'; text: string }
  | { kind: 'facts'; rows: readonly (readonly [label: string, value: string])[] }
  /** Something to be copied or read aloud: stands unbroken on a line of its own. */
  | { kind: 'key'; text: string }
  | { kind: 'link'; label: string; href: string }
  | { kind: 'list'; items: readonly string[] }

/** The body of a letter in one language; greeting, help and signature are the same in all and stand in `frame.ts`. */
export interface Wording {
  subject: string
  parts: readonly Part[]
}

/** A message as data: what is told, to whom, in which words. */
export interface Template<D extends EventDefinition = EventDefinition> {
  event: D
  /**
   * True for a message that the law requires (thông báo theo quy định của pháp luật), for example the
   * acknowledgement of a submission. It goes out by e-mail although the person switched ordinary messages off.
   */
  legal: boolean
  /** Whose message it is, the dossier it tells of, and the payment if it is about one. */
  about(data: z.output<D['data']>): { person: string; dossierId: string; paymentId?: string }
  letter: Record<Language, Wording>
  /** No place for the tracking PIN: the inbox is stored, the PIN never is. */
  inbox: Record<Language, { title: string; text: string }>
}
