import { describe, expect, it } from 'vitest'
import type { Channel, Message, PaymentFacts } from '../../../functions/notification/model.ts'
import { defaultPreferences } from '../../../functions/notification/model.ts'
import { telling } from '../../../functions/notification/use-cases.ts'
import { correspondenceOf, facts, paidEvent, paidFacts, paymentsOf, province } from './dossiers.ts'

const told = async (known: PaymentFacts | undefined = paidFacts): Promise<Message[]> => {
  const messages: Message[] = []
  const channel: Channel = {
    name: 'inbox',
    deliver: async (message) => {
      messages.push(message)
    },
  }
  const { notify } = telling({
    correspondence: correspondenceOf(facts),
    payments: paymentsOf(known),
    preferences: { of: async () => defaultPreferences },
    channels: [channel],
    province,
  })
  await notify(paidEvent)
  return messages
}

describe('the letter about a paid fee', () => {
  it('says how much, for what, when, and how to find it at the provider', async () => {
    const [message] = await told()
    expect(message?.letter.subject).toBe(`Đã nhận tiền phí, lệ phí của hồ sơ ${facts.code}`)
    for (const line of [
      `Mã hồ sơ: ${facts.code}`,
      'Các khoản: Lệ phí đăng ký khai sinh: 8.000 đ; Phí cấp bản sao: 16.000 đ',
      'Tổng số tiền: 24.000 đ',
      'Thời điểm ghi nhận: 10:15 ngày 21/11/2026',
      'Nộp qua: VNPAY',
      'Số giao dịch: 14422574',
      'Recorded at: 10:15 on 21/11/2026 (Vietnam time)',
    ])
      expect(message?.letter.text.split('\n')).toContain(line)
  })

  it('shows the PIN nowhere', async () => {
    expect(JSON.stringify(await told())).not.toContain(facts.trackingPin)
  })

  it('promises no electronic receipt', async () => {
    expect((await told())[0]?.letter.text).toContain('thư này không thay thế biên lai điện tử')
  })

  it('is not sent about a payment that is not there or is somebody else’s', async () => {
    await expect(told({ ...paidFacts, paymentId: 'OTHER' })).rejects.toThrow('not there')
    await expect(told({ ...paidFacts, ownerRef: 'ref-binh' })).rejects.toThrow('another owner')
  })
})
