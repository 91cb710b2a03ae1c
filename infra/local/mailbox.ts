import { readFileSync } from 'node:fs'
import { appendFile, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mail } from './cloud/mail.ts'

/** A message somebody was sent. */
export type CapturedMessage = Omit<Mail, 'to'> & {
  channel: 'email'
  to: string
  recipients: readonly string[]
}

export interface Mailbox {
  store(mail: Mail): Promise<void>
  /** All messages, or those to one address, in the order they came. */
  messages(to?: string): CapturedMessage[]
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return ''
  }
}

const mailsIn = (text: string): Mail[] =>
  text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Mail]
    } catch {
      // The last line of a runner killed while it wrote; its sender was not told that the mail was taken.
      return []
    }
  })

/** Keeps every captured mail as one line of a file. */
export const openMailbox = async (directory: string): Promise<Mailbox> => {
  const file = join(directory, 'messages.jsonl')
  const text = textOf(file)
  const mails = mailsIn(text)
  // Closes a line that was cut off, also when it is the only one, so that the next mail does not continue it.
  await appendFile(file, text === '' || text.endsWith('\n') ? '' : '\n')
  return {
    store: async (mail) => {
      const handle = await open(file, 'a')
      try {
        await handle.appendFile(`${JSON.stringify(mail)}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      mails.push(mail)
    },
    messages: (to) =>
      mails
        .flatMap((mail) =>
          mail.to.map(
            (recipient): CapturedMessage => ({
              ...mail,
              channel: 'email',
              to: recipient,
              recipients: mail.to,
            }),
          ),
        )
        .filter((message) => to === undefined || message.to.toLowerCase() === to.toLowerCase()),
  }
}
