import { createTransport } from 'nodemailer'
import type { Province } from '../../../shared/province.ts'
import { seconds } from '../../../shared/time.ts'
import type { Post, Posted } from './email.ts'

/** Well inside the lease of a delivery: whoever sends longer than that could meet its own repeat. */
const usualLimits = { connect: seconds(5), silence: seconds(10), total: seconds(15) }

interface SmtpError {
  responseCode?: unknown
  command?: unknown
  code?: unknown
}

/**
 * A verdict about this letter, as against trouble that passes. Only an answer to the recipient or to the letter
 * itself is one: a 5xx to our login, our sender address or the greeting means that the province's mail account
 * is set wrong, and then every letter must wait and not be given up. 503 (bad sequence) is our own disorder.
 */
const verdictOf = (error: unknown): Posted | undefined => {
  const { responseCode, command } = error as SmtpError
  if (typeof responseCode !== 'number' || responseCode < 500 || responseCode > 599) return undefined
  if (responseCode === 503 || (command !== 'RCPT TO' && command !== 'DATA')) return undefined
  return { kind: 'refused', reason: `smtp-${responseCode}` }
}

/** What may pass. The server's words stay out of it: they may quote the address. */
const passing = (error: unknown): Error => {
  const { responseCode, command, code } = error as SmtpError
  const said = [responseCode, code, command].filter(
    (part) => typeof part === 'number' || typeof part === 'string',
  )
  const trouble = new Error(`the mail server could not take the letter (${said.join(' ')})`)
  trouble.name = 'MailTrouble'
  return trouble
}

/**
 * A mail server behind a URL such as `smtps://user:password@host`. No pool: a frozen function would find its
 * kept connections dead.
 */
export const createSmtp = ({
  url,
  mail,
  limits = usualLimits,
}: {
  url: string
  mail: Province['mail']
  limits?: typeof usualLimits
}): Post => {
  const transport = createTransport({
    url,
    connectionTimeout: limits.connect,
    greetingTimeout: limits.connect,
    dnsTimeout: limits.connect,
    socketTimeout: limits.silence,
    // A password never travels in clear.
    requireTLS: new URL(url).username !== '',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return async ({ subject, text, html, to, messageId, date }) => {
    try {
      await transport.sendMail({
        from: { name: mail.name, address: mail.from },
        to,
        // Stated, not read from the headers: nothing in a name can add a recipient.
        envelope: { from: mail.from, to: [to.address] },
        ...(mail.replyTo === undefined ? {} : { replyTo: mail.replyTo }),
        subject,
        text,
        html,
        messageId,
        date: new Date(date),
        // RFC 3834: other programs do not answer it, with holiday notes for example.
        headers: { 'Auto-Submitted': 'auto-generated' },
        // The other choice, base64, is what spam filters trust least in a text.
        textEncoding: 'quoted-printable',
        signal: AbortSignal.timeout(limits.total),
      })
      return { kind: 'accepted' }
    } catch (error) {
      const verdict = verdictOf(error)
      if (verdict) return verdict
      throw passing(error)
    }
  }
}
