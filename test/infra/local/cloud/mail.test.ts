import { createTransport } from 'nodemailer'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFaults } from '../../../../infra/local/cloud/faults.ts'
import { type Mail, type MailOptions, startMail } from '../../../../infra/local/cloud/mail.ts'

async function stand(more: Partial<MailOptions> = {}) {
  const faults = createFaults()
  const mails: Mail[] = []
  const store = async (mail: Mail) => {
    mails.push(mail)
  }
  const server = await startMail({ host: '127.0.0.1', port: 0, store, faults, ...more })
  onTestFinished(() => server.close())
  const transport = createTransport({ host: '127.0.0.1', port: server.port, secure: false, ignoreTLS: true })
  const send = () =>
    transport.sendMail({
      from: '"Tỉnh Mẫu" <mau@example.vn>',
      to: ['a@example.vn'],
      bcc: ['b@example.vn'],
      subject: 'Kết quả hồ sơ',
      text: 'Đã xong.',
      html: '<p>Đã xong.</p>',
      messageId: '<m1@example.vn>',
    })
  return { faults, mails, send }
}

describe('captured mail', () => {
  it('is stored as it was sent', async () => {
    const { mails, send } = await stand({ now: () => new Date('2026-01-01T00:00:00Z') })
    expect((await send()).response).toMatch(/^250/)
    expect(mails).toMatchObject([
      {
        messageId: '<m1@example.vn>',
        from: 'mau@example.vn',
        to: ['a@example.vn', 'b@example.vn'],
        subject: 'Kết quả hồ sơ',
        text: expect.stringContaining('Đã xong.'),
        html: expect.stringContaining('<p>Đã xong.</p>'),
        receivedAt: '2026-01-01T00:00:00.000Z',
      },
    ])
    expect(mails[0]?.headers.map(({ key }) => key)).toContain('message-id')
  })

  it('is acknowledged only when it is stored', async () => {
    const { send } = await stand({ store: () => Promise.reject(new Error('the disk is full')) })
    await expect(send()).rejects.toMatchObject({ responseCode: 451 })
  })

  it('meets the faults it is meant to meet', async () => {
    const { faults, mails, send } = await stand()
    faults.add({ target: 'smtp', kind: 'fail', count: 1 })
    await expect(send()).rejects.toMatchObject({ responseCode: 451 })
    faults.add({ target: 'smtp', kind: 'drop', count: 1 })
    await expect(send()).rejects.toThrow()
    expect(mails).toHaveLength(0)
    faults.add({ target: 'smtp', kind: 'lost-answer', count: 1 })
    await expect(send()).rejects.toThrow()
    expect(mails).toHaveLength(1)
    await send()
    expect(mails).toHaveLength(2)
  })
})
