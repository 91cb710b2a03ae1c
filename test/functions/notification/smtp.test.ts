import { createServer } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import type { Mail } from '../../../functions/notification/channels/email.ts'
import { createSmtp } from '../../../functions/notification/channels/smtp.ts'
import { composeLetter } from '../../../functions/notification/compose.ts'
import { templates } from '../../../functions/notification/templates.ts'
import { facts, province } from './dossiers.ts'
import { answer, startMailServer } from './mail-server.ts'

const mail: Mail = {
  ...composeLetter(templates.dossierSubmitted, facts, province, 'vi'),
  to: { name: 'Nguyễn Thị Ánh', address: 'anh@example.vn' },
  messageId: '<3f0c1d2e@motcua.ninhbinh.gov.vn>',
  date: Date.parse('2026-11-21T09:05:30.000+07:00'),
}

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})
const open = async (rules?: SMTPServerOptions) => {
  const server = await startMailServer(rules)
  closing.push(server.close)
  return server
}
const header = (headers: { key: string; value: string }[], key: string) =>
  headers.filter((one) => one.key === key).map(({ value }) => value)

describe('a letter through a mail server', () => {
  it('arrives whole, with its headers right', async () => {
    const { url, received } = await open()
    expect(await createSmtp({ url, mail: province.mail })(mail)).toEqual({ kind: 'accepted' })
    expect(received).toHaveLength(1)
    const [{ parsed, recipients, sender } = { parsed: undefined, recipients: [], sender: '' }] = received
    expect(recipients).toEqual(['anh@example.vn'])
    expect(sender).toBe('khong-tra-loi@motcua.ninhbinh.gov.vn')
    expect(parsed?.subject).toBe('Đã ghi nhận hồ sơ nộp trực tuyến 000.00.12.H40-261121-0001')
    expect(parsed?.from).toMatchObject({ name: 'Một cửa tỉnh Ninh Bình', address: province.mail.from })
    expect(parsed?.to).toMatchObject([{ name: 'Nguyễn Thị Ánh', address: 'anh@example.vn' }])
    expect(parsed?.messageId).toBe('<3f0c1d2e@motcua.ninhbinh.gov.vn>')
    expect(parsed?.date).toBe('2026-11-21T02:05:30.000Z')
    expect(header(parsed?.headers ?? [], 'auto-submitted')).toEqual(['auto-generated'])
    expect(header(parsed?.headers ?? [], 'reply-to')).toEqual([])
    expect(parsed?.text?.trimEnd()).toBe(mail.text.trimEnd())
    expect(parsed?.html?.trimEnd()).toBe(mail.html.trimEnd())
    expect(parsed?.attachments).toEqual([])
  })

  it('names where answers go when the province says so', async () => {
    const { url, received } = await open()
    await createSmtp({ url, mail: { ...province.mail, replyTo: 'hoi-dap@ninhbinh.gov.vn' } })(mail)
    expect(received[0]?.parsed.replyTo).toMatchObject([{ address: 'hoi-dap@ninhbinh.gov.vn' }])
  })

  it.each([
    'Ánh\r\nBcc: x@example.com',
    'Ánh\nX-Evil: 1',
    '"Ánh" <x@example.com>, y@example.com',
    'Ánh\u0000\u0085\u2028Bcc: x@example.com',
    '👩‍👩‍👧‍👦 Ánh <script>',
    'Ánh '.repeat(1_250),
  ])('goes to nobody else for a name or a subject like %j', async (name) => {
    const { url, received } = await open()
    await createSmtp({ url, mail: province.mail })({ ...mail, subject: name, to: { ...mail.to, name } })
    const [one] = received
    expect(one?.recipients).toEqual(['anh@example.vn'])
    const keys = new Set(one?.parsed.headers.map(({ key }) => key))
    for (const key of ['bcc', 'cc', 'x-evil']) expect(keys).not.toContain(key)
    expect(one?.parsed.to).toHaveLength(1)
    expect(one?.parsed.to?.[0]).toMatchObject({ address: 'anh@example.vn' })
    expect(Math.max(...(one?.raw.split('\r\n').map((line) => line.length) ?? []))).toBeLessThanOrEqual(998)
  })
})

const post = async (rules: SMTPServerOptions) => {
  const { url } = await open(rules)
  return createSmtp({ url, mail: province.mail })(mail)
}
const atRecipient = (code: number): SMTPServerOptions => ({
  onRcptTo: (_address, _session, done) => done(answer(code, 'no such user anh@example.vn')),
})
const atData = (code: number): SMTPServerOptions => ({
  onData: (stream, _session, done) => {
    stream.resume()
    stream.on('end', () => done(answer(code)))
  },
})

describe('what a mail server answers', () => {
  it.each([550, 551, 553, 554])('%d to the recipient is for good', async (code) => {
    expect(await post(atRecipient(code))).toEqual({ kind: 'refused', reason: `smtp-${code}` })
  })
  it.each([552, 554])('%d to the letter is for good', async (code) => {
    expect(await post(atData(code))).toEqual({ kind: 'refused', reason: `smtp-${code}` })
  })
  it.each([421, 450, 451, 452])('%d to the recipient may pass', async (code) => {
    await expect(post(atRecipient(code))).rejects.toThrow(String(code))
  })
  it.each([421, 451])('%d to the letter may pass', async (code) => {
    await expect(post(atData(code))).rejects.toThrow(String(code))
  })
  it('503 is our own disorder and may pass', async () => {
    await expect(post(atRecipient(503))).rejects.toThrow('503')
  })
  it('a refusal of our own address condemns no letter', async () => {
    await expect(post({ onMailFrom: (_a, _s, done) => done(answer(550)) })).rejects.toThrow('550')
  })
  it('a refusal of our password condemns no letter', async () => {
    const { port } = await open({
      disabledCommands: [],
      authOptional: false,
      onAuth: (_auth, _session, done) => done(answer(535)),
    })
    const url = `smtp://user:wrong@127.0.0.1:${port}?tls.rejectUnauthorized=false`
    await expect(createSmtp({ url, mail: province.mail })(mail)).rejects.toThrow('535')
  })
  it('quotes nothing of what the server said', async () => {
    const error = await post(atRecipient(451)).catch((thrown: unknown) => thrown)
    expect(String(error)).not.toContain('anh@')
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('anh@')
  })
  it('gives no password to a server without TLS', async () => {
    const passwords: unknown[] = []
    const { port } = await open({
      allowInsecureAuth: true,
      onAuth: ({ password }, _session, done) => {
        passwords.push(password)
        done(null, { user: 'user' })
      },
    })
    const url = `smtp://user:secret@127.0.0.1:${port}`
    await expect(createSmtp({ url, mail: province.mail })(mail)).rejects.toThrow()
    expect(passwords).toEqual([])
  })
  it('may pass when nobody listens', async () => {
    const server = await startMailServer()
    await server.close()
    await expect(createSmtp({ url: server.url, mail: province.mail })(mail)).rejects.toThrow('mail server')
  })
  it('may pass when the server accepts and is silent, and is given up within the time', async () => {
    const silent = createServer(() => undefined)
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    closing.push(async () => silent.close())
    const { port } = silent.address() as { port: number }
    const begun = performance.now()
    const url = `smtp://127.0.0.1:${port}`
    await expect(createSmtp({ url, mail: province.mail })(mail)).rejects.toThrow('mail server')
    expect(performance.now() - begun).toBeLessThan(8_000)
  })
  it('may pass when the server dawdles for ever, and is given up after the total time', async () => {
    // One line every second keeps every shorter timer quiet.
    const slow = createServer((socket) => {
      const timer = setInterval(() => socket.write('220-wait\r\n'), 1_000)
      socket.write('220-wait\r\n')
      socket.on('error', () => undefined)
      socket.on('close', () => clearInterval(timer))
    })
    await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
    closing.push(async () => slow.close())
    const { port } = slow.address() as { port: number }
    const limits = { connect: 5_000, silence: 10_000, total: 1_500 }
    const begun = performance.now()
    const smtp = createSmtp({ url: `smtp://127.0.0.1:${port}`, mail: province.mail, limits })
    await expect(smtp(mail)).rejects.toThrow('mail server')
    expect(performance.now() - begun).toBeLessThan(4_000)
  })
})
