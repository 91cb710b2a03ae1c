import { cleanKey, type Document, quarantineKey } from '../../../functions/document/model.ts'
import type { CleanFiles, DocumentStore, Quarantine } from '../../../functions/document/ports.ts'
import type { Command } from '../../../shared/contract.ts'
import type { Item } from '../../../shared/dynamo.ts'
import type { Envelope } from '../../../shared/events.ts'
import { sha256Hex } from '../../../shared/ids.ts'
import { replayOf, replyFields } from '../../../shared/replies.ts'
import { toIso } from '../../../shared/time.ts'
import type { World } from './world.ts'

interface Row {
  head: Document
  awaiting: boolean
  replies: Map<string, Item>
  events: Envelope[]
}

const memoryStore = (rows: Map<string, Row>): DocumentStore => {
  const rowOf = (id: string): Row => {
    const row = rows.get(id)
    if (!row) throw new Error('no such row')
    return row
  }
  const note = (row: Row, command: Command, existing: string, answer: unknown): void => {
    row.replies.set(command.scope, replyFields(command, existing, answer))
  }
  return {
    find: async (id) => structuredClone(rows.get(id)?.head),
    findFor: async (id, command) => {
      const row = rows.get(id)
      const reply = row?.replies.get(command.scope)
      return {
        ...(row ? { document: structuredClone(row.head) } : {}),
        ...(reply ? { answer: replayOf(reply, command) } : {}),
      }
    },
    open: async (document, command, answer) => {
      const reply = rows.get(document.id)?.replies.get(command.scope)
      if (reply) return replayOf(reply, command)
      const row: Row = { head: structuredClone(document), awaiting: true, replies: new Map(), events: [] }
      note(row, command, document.id, answer)
      rows.set(document.id, row)
      return { body: answer, replayed: false }
    },
    move: async (seen, move, recorded) => {
      const row = rowOf(seen.id)
      const reply = recorded && row.replies.get(recorded.command.scope)
      if (reply) return { outcome: 'repeated', answer: replayOf(reply, recorded.command) }
      if (row.head.state !== seen.state || row.head.version !== seen.version) return { outcome: 'overtaken' }
      row.head = {
        ...seen,
        state: move.to,
        reason: move.reason,
        version: seen.version + 1,
        sequence: move.event?.sequence ?? seen.sequence,
        changedAt: toIso(move.at),
      }
      if (move.to === 'inspecting') row.awaiting = false
      if (move.event) row.events.push(move.event)
      if (recorded) note(row, recorded.command, seen.id, recorded.answer(row.head))
      return { outcome: 'moved', document: structuredClone(row.head) }
    },
    record: async (id, command, answer) => {
      const reply = rowOf(id).replies.get(command.scope)
      if (reply) return replayOf(reply, command)
      note(rowOf(id), command, id, answer)
      return { body: answer, replayed: false }
    },
    markDeleted: async (id, ownerRef, at, version) => {
      const head = rows.get(id)?.head
      const allowed =
        head?.ownerRef === ownerRef &&
        head.deletedAt === null &&
        head.boundTo.length === 0 &&
        (version === undefined || version === head.version)
      if (!head || !allowed) return { outcome: 'refused', document: structuredClone(head) }
      Object.assign(head, { deletedAt: toIso(at), changedAt: toIso(at), version: head.version + 1 })
      return { outcome: 'deleted' }
    },
    uploadsBegunBefore: async (instant, { limit, after }) => {
      const listed = [...rows.values()]
        .filter((row) => row.awaiting && row.head.createdAt < toIso(instant))
        .map(({ head }) => ({ id: head.id, place: `${head.createdAt}#${head.id}` }))
        .sort((a, b) => (a.place < b.place ? -1 : 1))
        .filter((row) => after === undefined || row.place > after)
      const page = listed.slice(0, limit)
      const last = page.at(-1)?.place
      const ids = page.map((row) => row.id)
      return last !== undefined && listed.length > limit ? { ids, next: last } : { ids }
    },
    forgetUpload: async (id) => {
      const row = rows.get(id)
      if (row && (row.head.state === 'rejected' || row.head.deletedAt !== null)) row.awaiting = false
    },
  }
}

/** The same context without a database or a file store; it passes the same contract suite. */
export const memoryWorld = (): World => {
  const rows = new Map<string, Row>()
  const quarantined = new Map<string, Uint8Array>()
  const clean = new Map<string, Uint8Array>()
  const quarantine: Quarantine = {
    ticketFor: async () => ({
      method: 'POST',
      url: 'https://storage.test/',
      fields: {},
      expiresAt: '2026-11-21T09:15:00.000+07:00',
    }),
    holds: async (document) => quarantined.has(quarantineKey(document)),
    read: async (document) => quarantined.get(quarantineKey(document))?.subarray(0, document.size + 1),
    discard: async (document) => {
      quarantined.delete(quarantineKey(document))
    },
  }
  const files: CleanFiles = {
    keep: async (document, bytes) => {
      if (sha256Hex(bytes) !== document.sha256) throw new Error('the checksum does not match')
      const key = cleanKey(document)
      if (!clean.has(key)) clean.set(key, bytes)
      else if ((await files.stateOf(document)) !== 'present') throw new Error('a clean key holds other bytes')
    },
    stateOf: async (document) => {
      const bytes = clean.get(cleanKey(document))
      if (!bytes) return 'missing'
      const isSame = bytes.byteLength === document.size && sha256Hex(bytes) === document.sha256
      return isSame ? 'present' : 'altered'
    },
    linkTo: async (document) => ({
      url: `https://storage.test/${cleanKey(document)}`,
      expiresAt: '2026-11-21T09:01:00.000+07:00',
    }),
  }
  return {
    store: memoryStore(rows),
    quarantine,
    files,
    upload: async (document, bytes) => void quarantined.set(quarantineKey(document), bytes),
    uploadOf: async (document) => quarantined.get(quarantineKey(document)),
    keptBytes: async (document) => clean.get(cleanKey(document)),
    putClean: async (document, bytes) => void clean.set(cleanKey(document), bytes),
    losesClean: async (document) => void clean.delete(cleanKey(document)),
    bind: async (fact, ownerRef, dossierId) => {
      const head = rows.get(fact.id)?.head
      const allowed =
        head?.state === 'clean' &&
        head.ownerRef === ownerRef &&
        head.deletedAt === null &&
        head.sha256 === fact.sha256 &&
        head.size === fact.size &&
        head.contentType === fact.contentType
      if (!head || !allowed) return false
      head.boundTo = [...new Set([...head.boundTo, dossierId])].sort()
      head.version += 1
      return true
    },
    events: async (id) => structuredClone(rows.get(id)?.events ?? []),
  }
}
