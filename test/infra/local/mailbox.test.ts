import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Mail } from '../../../infra/local/cloud/mail.ts'
import { openMailbox } from '../../../infra/local/mailbox.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mailbox-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const mail = (messageId: string): Mail => ({
  messageId,
  from: 'motcua@vidu.vn',
  to: ['anh@vidu.vn'],
  subject: 'Đã nhận hồ sơ',
  text: 'Nguyễn Thị Ánh',
  html: '',
  receivedAt: '2026-11-21T00:00:00.000Z',
  headers: [],
})

const idsAfterRestart = async (): Promise<string[]> =>
  (await openMailbox(directory)).messages().map(({ messageId }) => messageId)

it('keeps every mail behind one that a kill cut off anywhere, the very first one included', async () => {
  const file = join(directory, 'messages.jsonl')
  const whole = Buffer.from(`${JSON.stringify(mail('cut'))}\n`)
  for (const earlier of [[], ['a']])
    for (const kept of [0, 1, 40, whole.length - 2, whole.length - 1]) {
      rmSync(file, { force: true })
      const first = await openMailbox(directory)
      for (const id of earlier) await first.store(mail(id))
      const size = readFileSync(file).length
      appendFileSync(file, whole)
      truncateSync(file, size + kept)
      const second = await openMailbox(directory)
      await second.store(mail('after'))
      // Only the end of the line missing loses nothing of the mail.
      const cut = kept === whole.length - 1 ? ['cut'] : []
      expect(await idsAfterRestart(), `${kept} bytes`).toEqual([...earlier, ...cut, 'after'])
    }
})
