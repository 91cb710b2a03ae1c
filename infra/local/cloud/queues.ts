import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

export type QueueSpec = {
  readonly name: string
  readonly deadLetter: string | null
  readonly maxReceives: number
  readonly visibilitySeconds: number
}

export type SendOptions = {
  readonly delaySeconds?: number
  readonly attributes?: Readonly<Record<string, string>>
  /** A second message with the same id within five minutes is not queued again. */
  readonly dedupId?: string
}

export type Outgoing = SendOptions & { readonly queue: string; readonly body: string }

export type StoredMessage = {
  readonly messageId: string
  readonly body: string
  readonly receiveCount: number
  readonly sentAt: number
  readonly attributes: Readonly<Record<string, string>>
}

export type QueueMessage = StoredMessage & { readonly receiptHandle: string }

export type Depth = { visible: number; inFlight: number; delayed: number; nextDueAt: number | null }

export type Queues = {
  send(queue: string, body: string, options?: SendOptions): string
  /** Queues all of the messages or, when one cannot be queued, none. */
  sendToAll(messages: readonly Outgoing[]): string[]
  receive(queue: string, max: number, visibilitySeconds?: number): QueueMessage[]
  /** False when the message is gone or was given to another receiver since. */
  remove(receiptHandle: string): boolean
  release(receiptHandle: string, delaySeconds: number): boolean
  depth(queue: string): Depth
  peek(queue: string, limit: number): StoredMessage[]
  /** Sends every message of a dead-letter queue back to where it came from; returns how many. */
  redrive(deadLetter: string): number
  spec(queue: string): QueueSpec | undefined
  close(): void
}

export type QueuesOptions = {
  /** A file, or `:memory:`. */
  readonly path: string
  readonly queues: readonly QueueSpec[]
  readonly now: () => number
}

const dedupWindowMs = 5 * 60 * 1000

const schema = `
  CREATE TABLE IF NOT EXISTS message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    queue TEXT NOT NULL,
    origin TEXT,
    body TEXT NOT NULL,
    attributes TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    receipt TEXT UNIQUE
  );
  CREATE INDEX IF NOT EXISTS message_due ON message (queue, due_at, seq);
  CREATE INDEX IF NOT EXISTS message_set ON message (set_at);
  CREATE TABLE IF NOT EXISTS dedup (
    queue TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (queue, id)
  );
`

type Row = {
  seq: number
  id: string
  origin: string | null
  body: string
  attributes: string
  sent_at: number
  receives: number
}

function messageOf(row: Row): StoredMessage {
  return {
    messageId: row.id,
    body: row.body,
    receiveCount: row.receives,
    sentAt: row.sent_at,
    attributes: JSON.parse(row.attributes) as Record<string, string>,
  }
}

/**
 * Durable queues with at-least-once delivery. Time is what `now` says and nothing else.
 *
 * When the clock is moved back, what was set to a later moment would wait for that moment to come round again. So
 * each waiting message also keeps the moment at which its wait was set: a message whose wait was set in what is now
 * the future starts that same wait anew from the present. No message ever waits longer than the wait it was given,
 * wherever the clock goes, and none is handed out before a wait is over.
 */
export function createQueues(options: QueuesOptions): Queues {
  const { now } = options
  const specs = new Map(options.queues.map((spec) => [spec.name, spec]))
  for (const { deadLetter, name } of options.queues) {
    if (deadLetter === null) continue
    if (!specs.has(deadLetter) || deadLetter === name)
      throw new Error(`${name}: ${deadLetter} cannot be its dead-letter queue`)
  }
  const db = new DatabaseSync(options.path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;')
  db.exec(schema)

  const rebase = db.prepare(
    'UPDATE message SET due_at = due_at - (set_at - :now), set_at = :now WHERE set_at > :now',
  )
  const insert = db.prepare(
    'INSERT INTO message (id, queue, body, attributes, sent_at, set_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const due = db.prepare('SELECT * FROM message WHERE queue = ? AND due_at <= ? ORDER BY due_at, seq LIMIT ?')
  const take = db.prepare(
    'UPDATE message SET receives = receives + 1, receipt = ?, set_at = ?, due_at = ? WHERE seq = ?',
  )
  const move = db.prepare(
    'UPDATE message SET queue = ?, origin = ?, receives = 0, receipt = NULL, set_at = ?, due_at = ? WHERE seq = ?',
  )
  const erase = db.prepare('DELETE FROM message WHERE receipt = ?')
  const wait = db.prepare('UPDATE message SET set_at = ?, due_at = ? WHERE receipt = ?')
  const known = db.prepare('SELECT message FROM dedup WHERE queue = ? AND id = ? AND abs(at - ?) < ?')
  const remember = db.prepare('INSERT OR REPLACE INTO dedup (queue, id, message, at) VALUES (?, ?, ?, ?)')
  const forget = db.prepare('DELETE FROM dedup WHERE abs(at - ?) >= ?')
  const counts = db.prepare(`
    SELECT coalesce(sum(due_at <= :now), 0) AS visible,
      coalesce(sum(due_at > :now AND receives > 0), 0) AS inFlight,
      coalesce(sum(due_at > :now AND receives = 0), 0) AS delayed,
      min(due_at) AS nextDueAt
    FROM message WHERE queue = :queue`)
  const first = db.prepare('SELECT * FROM message WHERE queue = ? ORDER BY seq LIMIT ?')

  function whole<T>(work: () => T): T {
    db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      db.exec('COMMIT')
      return result
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  function need(name: string): QueueSpec {
    const spec = specs.get(name)
    if (!spec) throw new Error(`no queue ${name}`)
    return spec
  }

  function enqueue({ queue, body, delaySeconds, attributes, dedupId }: Outgoing): string {
    need(queue)
    const at = now()
    if (dedupId !== undefined) {
      forget.run(at, dedupWindowMs)
      const earlier = known.get(queue, dedupId, at, dedupWindowMs) as { message: string } | undefined
      if (earlier) return earlier.message
    }
    const id = randomUUID()
    insert.run(
      id,
      queue,
      body,
      JSON.stringify(attributes ?? {}),
      at,
      at,
      at + Math.round((delaySeconds ?? 0) * 1000),
    )
    if (dedupId !== undefined) remember.run(queue, dedupId, id, at)
    return id
  }

  function receive(queue: string, max: number, visibilitySeconds?: number): QueueMessage[] {
    const spec = need(queue)
    const at = now()
    const visible = at + (visibilitySeconds ?? spec.visibilitySeconds) * 1000
    return whole(() => {
      rebase.run({ now: at })
      const given: QueueMessage[] = []
      while (given.length < max) {
        const rows = due.all(queue, at, max - given.length) as Row[]
        // A visibility of zero leaves what was just given due, and it must not be given twice in one answer.
        const fresh = rows.filter((row) => !given.some((message) => message.messageId === row.id))
        if (fresh.length === 0) break
        for (const row of fresh) {
          if (spec.deadLetter !== null && row.receives >= spec.maxReceives) {
            move.run(spec.deadLetter, queue, at, at, row.seq)
            continue
          }
          const receiptHandle = randomUUID()
          take.run(receiptHandle, at, visible, row.seq)
          given.push({ ...messageOf({ ...row, receives: row.receives + 1 }), receiptHandle })
        }
      }
      return given
    })
  }

  return {
    send: (queue, body, sendOptions) => whole(() => enqueue({ ...sendOptions, queue, body })),
    sendToAll: (messages) => whole(() => messages.map(enqueue)),
    receive,
    remove: (receiptHandle) => erase.run(receiptHandle).changes > 0,
    release: (receiptHandle, delaySeconds) => {
      const at = now()
      return wait.run(at, at + Math.round(delaySeconds * 1000), receiptHandle).changes > 0
    },
    depth: (queue) => {
      need(queue)
      rebase.run({ now: now() })
      return { ...(counts.get({ now: now(), queue }) as Depth) }
    },
    peek: (queue, limit) => {
      need(queue)
      return (first.all(queue, limit) as Row[]).map(messageOf)
    },
    redrive: (deadLetter) => {
      need(deadLetter)
      const sources = options.queues.filter((spec) => spec.deadLetter === deadLetter)
      return whole(() => {
        const at = now()
        let moved = 0
        for (const row of first.all(deadLetter, -1) as Row[]) {
          const home = row.origin !== null && specs.has(row.origin) ? row.origin : sources[0]?.name
          if (home === undefined) continue
          move.run(home, null, at, at, row.seq)
          moved += 1
        }
        return moved
      })
    },
    spec: (queue) => specs.get(queue),
    close: () => db.close(),
  }
}
