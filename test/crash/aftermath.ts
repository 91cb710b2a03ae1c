import { expect } from 'vitest'
import { brokenAt, type HistoryLine } from '../../functions/dossier/history.ts'
import type { Answer } from '../kit/stack.ts'
import type { MortalRunner } from './mortal-runner.ts'
import { type Remains, readRemains } from './remains.ts'

/** A dossier that was to be submitted, and what its citizen was told. */
export interface Submitted {
  dossierId: string
  documentId: string
  /** Sends the submission once more, with the same key. */
  repeat: () => Promise<Answer>
  answer: Answer
}

type Rows = Remains['dossier']
const under = (rows: Rows, prefix: string): Rows => rows.filter(({ pk }) => pk.startsWith(prefix))
const named = (rows: Rows, prefix: string): Rows => rows.filter(({ sk }) => sk.startsWith(prefix))
const sorted = (values: readonly string[]): string[] => [...values].sort()

const checkDocument = ({ document, clean }: Remains, { documentId, dossierId }: Submitted): void => {
  const rows = document.filter(({ pk }) => pk === `document#${documentId}`)
  const [head] = named(rows, 'head')
  expect(head).toMatchObject({ state: 'clean', boundTo: new Set([dossierId]) })
  expect(clean.filter((key) => key.includes(documentId))).toEqual([`documents/${documentId}/${head?.sha256}`])
}

const checkDossier = ({ dossier }: Remains, { dossierId, answer }: Submitted): void => {
  const told = answer.json
  const rows = dossier.filter(({ pk }) => pk === `dossier#${dossierId}`)
  const [head] = named(rows, 'dossier#head')
  expect(head).toMatchObject({ state: 'submitted', code: told.dossier.code, receiptId: told.receipt.id })
  expect(head).not.toHaveProperty('claim')
  expect(head).not.toHaveProperty('reservedCode')
  const lines = named(rows, 'history#') as unknown as HistoryLine[]
  expect(lines.map(({ type }) => type)).toEqual(['drafted', 'submitted'])
  expect(brokenAt(lines)).toBeUndefined()
  expect(head).toMatchObject({ historySeq: 2, historyHash: lines[1]?.hash })
}

/** Every number and every receipt that lies there belongs to exactly one of the dossiers. */
const checkNumbers = ({ dossier }: Remains, all: readonly Submitted[], attempts: number): void => {
  const told = (read: (one: Submitted) => string): string[] => sorted(all.map(read))
  const codes = under(dossier, 'code#')
  expect(sorted(codes.map(({ pk, dossierId }) => `${pk} ${dossierId}`))).toEqual(
    told(({ answer, dossierId }) => `code#${answer.json.dossier.code} ${dossierId}`),
  )
  expect(sorted(under(dossier, 'receipt#').map(({ pk, dossierId }) => `${pk} ${dossierId}`))).toEqual(
    told(({ answer, dossierId }) => `receipt#${answer.json.receipt.id} ${dossierId}`),
  )
  const counted = under(dossier, 'counter#').reduce((sum, { running }) => sum + running, 0)
  expect(counted).toBeGreaterThanOrEqual(all.length)
  expect(counted).toBeLessThanOrEqual(all.length + attempts)
}

/** Two events of each subject, numbered without a gap as its head counts them, and none waits for the bus. */
const checkOutbox = ({ dossier, document }: Remains): void => {
  for (const rows of [dossier, document]) {
    expect(rows.filter((row) => 'unpublished' in row)).toEqual([])
    const heads = rows.filter(({ sk }) => sk === 'head' || sk === 'dossier#head')
    for (const { pk, sequence } of heads) {
      const events = named(rows, 'event#').filter((row) => row.pk === pk)
      expect(events.map(({ event }) => event.sequence)).toEqual([1, 2])
      expect(sequence).toBe(2)
    }
  }
}

/** One entry and one mail each; a second mail only where a death hid the first one from us, under the same id. */
const checkMessages = async (
  { notification }: Remains,
  all: readonly Submitted[],
  runner: MortalRunner,
): Promise<void> => {
  expect(named(notification, 'inbox#').map(({ entry }) => entry.dossierId)).toHaveLength(all.length)
  const deliveries = named(notification, 'delivery#')
  expect(deliveries.map(({ state }) => state)).toEqual(Array(2 * all.length).fill('sent'))
  const inbox = await runner.ask((portal, token) =>
    portal.call('GET', '/v1/notifications?limit=100', { token }),
  )
  expect(sorted(inbox.json.items.map((item: { dossierId: string }) => item.dossierId))).toEqual(
    sorted(all.map(({ dossierId }) => dossierId)),
  )
  const captured = await runner.ask((portal) => portal.call('GET', '/_sandbox/messages'))
  const mails = captured.json.items as { messageId: string; text: string }[]
  const ids = [...new Set(mails.map(({ messageId }) => messageId))]
  expect(ids).toHaveLength(all.length)
  for (const id of ids) {
    const copies = mails.filter(({ messageId }) => messageId === id)
    expect(new Set(copies.map(({ text }) => text)).size).toBe(1)
    expect(copies.length).toBeLessThanOrEqual(1 + (runner.unrecorded.get(id) ?? 0))
  }
  for (const { answer } of all)
    expect(
      ids.filter((id) => mails.find((m) => m.messageId === id)?.text.includes(answer.json.dossier.code)),
    ).toHaveLength(1)
}

const checkAnswer = async ({ answer, repeat }: Submitted, runner: MortalRunner): Promise<void> => {
  const again = await repeat()
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(again.json).toEqual(answer.json)
  const { receipt } = answer.json
  const verified = await runner.ask((portal) => portal.call('GET', `/v1/receipts/${receipt.id}`))
  expect(verified.json).toMatchObject({ ...receipt, signatureValid: true, unchanged: true })
}

/** What must hold after any number of deaths: nothing lost, nothing doubled. Nothing may be under way. */
export const checkAftermath = async (runner: MortalRunner, all: readonly Submitted[]): Promise<void> => {
  const remains = await readRemains(await runner.places())
  for (const one of all) {
    checkDocument(remains, one)
    checkDossier(remains, one)
  }
  expect(remains.clean).toHaveLength(all.length)
  expect(remains.quarantine).toEqual([])
  // A death may swallow the number of every submission that was under way.
  checkNumbers(remains, all, runner.deaths() * all.length)
  checkOutbox(remains)
  await checkMessages(remains, all, runner)
  for (const one of all) await checkAnswer(one, runner)
  const buried = await runner.ask((portal) => portal.call('GET', '/_sandbox/dead-letters'))
  expect(buried.json.items.flatMap(({ messages }: { messages: unknown[] }) => messages)).toEqual([])
}
