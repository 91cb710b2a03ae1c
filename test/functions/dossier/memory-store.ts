import type { HistoryLine } from '../../../functions/dossier/history.ts'
import type { Attachment, Content, Head } from '../../../functions/dossier/model.ts'
import type { DossierStore, Step } from '../../../functions/dossier/ports.ts'
import type { Receipt } from '../../../functions/dossier/receipt.ts'
import { sourcesOf } from '../../../functions/dossier/transitions.ts'
import type { Command, Outcome } from '../../../shared/contract.ts'
import { type Item, readCursor, writeCursor } from '../../../shared/dynamo.ts'
import type { Envelope } from '../../../shared/events.ts'
import { replayOf, replyFields } from '../../../shared/replies.ts'

/** Everything a test may want to look at behind the port. */
export interface Shelves {
  heads: Map<string, Head>
  contents: Map<string, Content>
  lines: Map<string, HistoryLine[]>
  events: Envelope[]
  codes: Map<string, string>
  counters: Map<string, number>
  receipts: Map<string, { dossierId: string; receipt: Receipt }>
}

const copy = <T>(value: T): T => structuredClone(value)

/** The store in memory. It passes the same contract suite as the real one, so it cannot lie. */
export const createMemoryStore = (
  /** Documents that may not be bound now. */
  refusedFiles: (files: readonly Attachment[]) => string[] = () => [],
): DossierStore & { shelves: Shelves } => {
  const shelves: Shelves = {
    heads: new Map(),
    contents: new Map(),
    lines: new Map(),
    events: [],
    codes: new Map(),
    counters: new Map(),
    receipts: new Map(),
  }
  const replies = new Map<string, Item>()
  const tries = new Map<string, number>()
  const { heads, contents, lines } = shelves

  const replay = async (id: string, command: Command): Promise<Outcome<unknown> | undefined> => {
    const reply = replies.get(`${id}/${command.scope}`)
    return reply && replayOf(reply, command)
  }
  const record = ({ head, line, event, command, answer }: Step): void => {
    heads.set(head.id, copy(head))
    lines.set(head.id, [...(lines.get(head.id) ?? []), copy(line)])
    shelves.events.push(copy(event))
    replies.set(`${head.id}/${command.scope}`, replyFields(command, head.id, answer))
  }
  const isLive = (head: Head, now: string): boolean => head.claim !== undefined && head.claim.until >= now

  return {
    shelves,
    replay,
    create: async (step) => {
      if (heads.has(step.head.id)) return await replay(step.head.id, step.command)
      record(step)
      contents.set(step.head.id, copy(step.content))
      return undefined
    },
    load: async (id) => {
      const [head, content] = [heads.get(id), contents.get(id)]
      return head && content ? { head: copy(head), content: copy(content) } : undefined
    },
    head: async (id) => copy(heads.get(id)),
    content: async (id) => copy(contents.get(id)),
    isClaimed: async (id, now) => {
      const head = heads.get(id)
      return head !== undefined && isLive(head, now)
    },
    redraft: async (before, head, content, now) => {
      const present = heads.get(head.id)
      if (present?.state !== 'draft' || present.version !== before.version || isLive(present, now))
        return 'changed'
      heads.set(head.id, copy(head))
      contents.set(head.id, copy(content))
      return 'saved'
    },
    claim: async (id, { ownerRef, claim, now, ifMatch }) => {
      const head = heads.get(id)
      if (head?.ownerRef !== ownerRef) return { kind: 'absent' }
      if (!sourcesOf('submit').includes(head.state)) return { kind: 'closed', head: copy(head) }
      if (isLive(head, now)) return { kind: 'busy' }
      if (ifMatch !== undefined && ifMatch !== head.version) return { kind: 'changed', head: copy(head) }
      heads.set(id, { ...head, claim })
      return { kind: 'claimed', head: copy({ ...head, claim }) }
    },
    release: async (id, token, reservedCode) => {
      const head = heads.get(id)
      if (head?.claim?.token !== token) return
      const { claim: _, ...rest } = head
      heads.set(id, reservedCode === undefined ? rest : { ...rest, reservedCode })
    },
    nextNumber: async (agency, date) => {
      const name = `${agency}#${date}`
      const running = (shelves.counters.get(name) ?? 0) + 1
      shelves.counters.set(name, running)
      return running
    },
    finish: async (step) => {
      const { head, claim, code, receipt, files } = step
      const present = heads.get(head.id)
      if (present?.receiptId === receipt.id) return { kind: 'done' }
      if (
        present?.claim?.token !== claim.token ||
        present.version !== head.version - 1 ||
        !sourcesOf('submit').includes(present.state)
      )
        return { kind: 'lost' }
      if (shelves.codes.has(code)) return { kind: 'code-taken' }
      const documentIds = refusedFiles(files)
      if (documentIds.length > 0) return { kind: 'files', documentIds }
      record(step)
      shelves.codes.set(code, head.id)
      shelves.receipts.set(receipt.id, copy({ dossierId: head.id, receipt }))
      return { kind: 'done' }
    },
    history: async (id, { limit, cursor }) => {
      const start = Number(readCursor(cursor, ['seq'])?.seq ?? 0)
      const all = lines.get(id) ?? []
      const items = all.slice(start, start + limit)
      const end = start + items.length
      return {
        items: copy(items),
        nextCursor: writeCursor(end < all.length ? { seq: String(end) } : undefined, ['seq']),
      }
    },
    ofOwner: async (ownerRef, { limit, cursor }) => {
      const start = Number(readCursor(cursor, ['at'])?.at ?? 0)
      const all = [...heads.values()]
        .filter((head) => head.ownerRef === ownerRef)
        .sort((a, b) => (`${a.createdAt}#${a.id}` < `${b.createdAt}#${b.id}` ? 1 : -1))
      const items = all.slice(start, start + limit)
      const end = start + items.length
      return {
        items: copy(items),
        nextCursor: writeCursor(end < all.length ? { at: String(end) } : undefined, ['at']),
      }
    },
    idOfCode: async (code) => shelves.codes.get(code),
    receipt: async (id) => copy(shelves.receipts.get(id)),
    bookTry: async (code, hour) => {
      const name = `${code}#${hour}`
      const count = tries.get(name) ?? 0
      if (count >= 10) return false
      tries.set(name, count + 1)
      return true
    },
    unbookTry: async (code, hour) => {
      const name = `${code}#${hour}`
      tries.set(name, Math.max(0, (tries.get(name) ?? 0) - 1))
    },
  }
}
