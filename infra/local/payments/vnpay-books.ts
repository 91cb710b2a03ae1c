import { DatabaseSync } from 'node:sqlite'
import { type Instant, minutes } from '../../../shared/time.ts'
import type { PayOrder } from './vnpay-pay-address.ts'
import type { PayOutcome } from './vnpay-result.ts'

/** VNPAY calls at most this often for one message, and this far apart. */
export const mostCalls = 10
export const callsApart = minutes(5)

export interface Order extends PayOrder {
  id: number
  transactionNo: string
  openedAt: Instant
  outcome: PayOutcome | null
  payDate: string | null
}

/** A message to the merchant. It waits until it is confirmed or was tried often enough. */
export interface Message {
  id: number
  orderId: number
  deliver: string
  query: string
  /** How many are sent at once the first time. */
  copies: number
  attempts: number
  state: 'waiting' | 'confirmed' | 'given-up'
  dueAt: Instant
}

/** What came back; null where nothing did. */
export interface Answer {
  status: number | null
  rspCode: string | null
  /** Why there is no answer: time ran out, no connection, or nothing noted before the provider died. */
  failure: string | null
}

export interface Call extends Answer {
  messageId: number
  deliver: string
  attempt: number
  at: Instant
}

const schema = `
  CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    day TEXT NOT NULL, txn_ref TEXT NOT NULL, query TEXT NOT NULL,
    amount INTEGER NOT NULL, order_info TEXT NOT NULL, return_url TEXT NOT NULL,
    expires_at INTEGER NOT NULL, opened_at INTEGER NOT NULL,
    outcome TEXT, pay_date TEXT,
    UNIQUE (day, txn_ref)
  );
  CREATE TABLE IF NOT EXISTS message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id INTEGER NOT NULL, deliver TEXT NOT NULL, query TEXT NOT NULL, copies INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, state TEXT NOT NULL DEFAULT 'waiting',
    set_at INTEGER NOT NULL, due_at INTEGER NOT NULL
  );
  CREATE INDEX IF NOT EXISTS message_due ON message (state, due_at);
  CREATE TABLE IF NOT EXISTS call (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL, attempt INTEGER NOT NULL, at INTEGER NOT NULL,
    status INTEGER, rsp_code TEXT, failure TEXT
  );
  CREATE INDEX IF NOT EXISTS call_message ON call (message_id);
`

const orderColumns = `id, day, txn_ref AS txnRef, query, amount, order_info AS orderInfo, return_url AS returnUrl,
  expires_at AS expiresAt, opened_at AS openedAt, outcome, pay_date AS payDate`
const messageColumns = 'id, order_id AS orderId, deliver, query, copies, attempts, state, due_at AS dueAt'

/** Numbers of VNPAY have eight digits; ours begin high enough to look like them. */
const transactionNo = (orderId: number): string => String(14_000_000 + orderId)

/**
 * What VNPAY knows, in a file that survives a kill at any moment. A call is counted before it is made: one that a
 * kill cut off is a call without an answer, as it would be for VNPAY.
 */
export const openVnpayBooks = (path: string) => {
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;')
  db.exec(schema)
  const findOrder = db.prepare(`SELECT ${orderColumns} FROM orders WHERE day = ? AND txn_ref = ?`)
  const insertOrder = db.prepare(
    `INSERT INTO orders (day, txn_ref, query, amount, order_info, return_url, expires_at, opened_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const setOutcome = db.prepare('UPDATE orders SET outcome = ?, pay_date = ? WHERE id = ?')
  const insertMessage = db.prepare(
    'INSERT INTO message (order_id, deliver, query, copies, set_at, due_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const oneMessage = db.prepare(`SELECT ${messageColumns} FROM message WHERE id = ?`)
  const allMessages = db.prepare(`SELECT ${messageColumns} FROM message WHERE order_id = ? ORDER BY id`)
  const dueMessages = db.prepare(
    `SELECT ${messageColumns} FROM message WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, id`,
  )
  // As in the queues: when the clock is moved back, a wait that was set in what is now the future begins anew.
  const rebase = db.prepare(
    `UPDATE message SET due_at = due_at - (set_at - :now), set_at = :now WHERE state = 'waiting' AND set_at > :now`,
  )
  // The next call is due by the schedule and not by when this one was made, so that a leap of the clock over
  // several of them makes each of them due.
  const claim = db.prepare(
    'UPDATE message SET attempts = attempts + 1, set_at = due_at, due_at = due_at + ? WHERE id = ?',
  )
  const setState = db.prepare('UPDATE message SET state = ? WHERE id = ?')
  const insertCall = db.prepare(
    "INSERT INTO call (message_id, attempt, at, failure) VALUES (?, ?, ?, 'no answer noted')",
  )
  const setAnswer = db.prepare('UPDATE call SET status = ?, rsp_code = ?, failure = ? WHERE id = ?')
  const callsOf = db.prepare(
    `SELECT message_id AS messageId, deliver, attempt, at, status, rsp_code AS rspCode, failure
     FROM call JOIN message ON message.id = message_id WHERE order_id = ? ORDER BY call.id`,
  )
  const asOrder = (row: unknown): Order | undefined => {
    if (row === undefined) return undefined
    const order = row as Omit<Order, 'transactionNo'>
    return { ...order, transactionNo: transactionNo(order.id) }
  }
  const copyOf = (row: unknown): Message => ({ ...(row as Message) })

  return {
    order: (day: string, txnRef: string): Order | undefined => asOrder(findOrder.get(day, txnRef)),
    /** The order of an address; one that is there already is not touched. */
    keepOrder: (order: PayOrder, at: Instant): void => {
      const { day, txnRef, query, amount, orderInfo, returnUrl, expiresAt } = order
      insertOrder.run(day, txnRef, query, amount, orderInfo, returnUrl, expiresAt, at)
    },
    setOutcome: (orderId: number, outcome: PayOutcome, payDate: string): void =>
      void setOutcome.run(outcome, payDate, orderId),
    addMessage: (
      message: Pick<Message, 'orderId' | 'deliver' | 'query' | 'copies'>,
      at: Instant,
      dueAt: Instant,
    ): Message => {
      const { orderId, deliver, query, copies } = message
      const { lastInsertRowid } = insertMessage.run(orderId, deliver, query, copies, at, dueAt)
      return copyOf(oneMessage.get(lastInsertRowid))
    },
    message: (id: number): Message => copyOf(oneMessage.get(id)),
    messages: (orderId: number): Message[] => allMessages.all(orderId).map(copyOf),
    due: (now: Instant): Message[] => {
      rebase.run({ now })
      return dueMessages.all(now).map(copyOf)
    },
    /** Counts a call that is about to be made; the numbers under which to note the answers. */
    claim: ({ id, attempts, copies }: Message, at: Instant): (number | bigint)[] => {
      const attempt = attempts + 1
      db.exec('BEGIN IMMEDIATE')
      claim.run(callsApart, id)
      const calls = Array.from(
        { length: attempt === 1 ? copies : 1 },
        () => insertCall.run(id, attempt, at).lastInsertRowid,
      )
      db.exec('COMMIT')
      return calls
    },
    noteAnswer: (call: number | bigint, { status, rspCode, failure }: Answer): void =>
      void setAnswer.run(status, rspCode, failure, call),
    end: (id: number, state: 'confirmed' | 'given-up'): void => void setState.run(state, id),
    calls: (orderId: number): Call[] => callsOf.all(orderId).map((row) => ({ ...(row as unknown as Call) })),
    close: (): void => db.close(),
  }
}

export type VnpayBooks = ReturnType<typeof openVnpayBooks>
