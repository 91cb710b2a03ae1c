import type { AddressInfo } from 'node:net'
import PostalMime, { type Address } from 'postal-mime'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import type { Faults } from './faults.ts'

export type Mail = {
  readonly messageId: string
  readonly from: string
  /** The recipients of the envelope: those it was really sent to, blind copies among them. */
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly receivedAt: string
  readonly headers: readonly { readonly key: string; readonly value: string }[]
}

export type MailOptions = {
  readonly host: string
  readonly port: number
  /** The sender is told that the mail was taken only when this has resolved. */
  readonly store: (mail: Mail) => Promise<void>
  /** Awaited with the raw message before it is looked at. */
  readonly onData?: (raw: Buffer) => void | Promise<void>
  readonly faults: Faults
  readonly now?: () => Date
}

export type MailServer = { readonly port: number; close(): Promise<void> }

const maxBytes = 20 * 1024 * 1024

class Refusal extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

async function readAll(stream: SMTPServerDataStream): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    // What is over the limit is read and thrown away: the refusal can only be given behind it.
    if (!stream.sizeExceeded) chunks.push(chunk)
  }
  if (stream.sizeExceeded) throw new Refusal(552, 'Message exceeds fixed maximum message size')
  return Buffer.concat(chunks)
}

function plainAddress(address: Address | undefined): string {
  return address && 'address' in address && address.address ? address.address : ''
}

async function readMail(raw: Buffer, session: SMTPServerSession, now: Date): Promise<Mail> {
  const parsed = await PostalMime.parse(raw)
  const sender = session.envelope.mailFrom
  return {
    messageId: parsed.messageId ?? '',
    from: plainAddress(parsed.from) || (sender ? sender.address : ''),
    to: session.envelope.rcptTo.map((recipient) => recipient.address),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html ?? '',
    receivedAt: now.toISOString(),
    headers: parsed.headers.map(({ key, value }) => ({ key, value })),
  }
}

type OpenConnection = { session?: SMTPServerSession; _socket?: { destroy(): void } }

function cut(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections as Set<OpenConnection>) {
    if (connection.session === session || connection.session?.id === session.id) connection._socket?.destroy()
  }
}

/** Takes mail in and never sends it on. */
export async function startMail(options: MailOptions): Promise<MailServer> {
  const now = options.now ?? (() => new Date())

  /** True when the sender is to be answered, false when its connection is to be cut instead. */
  async function take(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<boolean> {
    const raw = await readAll(stream)
    await options.onData?.(raw)
    const fault = options.faults.decide('smtp', 'DATA')
    if (fault?.kind === 'drop') return false
    if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.delayMs ?? 0))
    if (fault?.kind === 'fail' || fault?.kind === 'throttle') {
      throw new Refusal(451, 'Requested action aborted: local error in processing')
    }
    const mail = await readMail(raw, session, now())
    await options.store(mail)
    if (fault?.kind === 'duplicate') await options.store(mail)
    return fault?.kind !== 'lost-answer'
  }

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: maxBytes,
    closeTimeout: 100,
    onData: (stream, session, callback) => {
      take(stream, session).then(
        (answer) => (answer ? callback(null, 'OK: stored') : cut(server, session)),
        // A failure to store is for the sender to try again; it must not take it for a refusal for ever.
        (error: Error) =>
          callback(error instanceof Refusal ? error : new Refusal(451, 'The mail could not be stored')),
      )
    },
  })
  // Connections break off at any time; that is the sender's affair and no reason to stop.
  server.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(options.port, options.host, () => resolve())
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
