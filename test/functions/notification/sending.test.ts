import type { SQSEvent } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entries } from '../../../functions/entries.ts'
import { announcements } from '../../../functions/notification/announcements.ts'
import { createEmailChannel } from '../../../functions/notification/channels/email.ts'
import { createInboxChannel } from '../../../functions/notification/channels/inbox.ts'
import { createSmtp } from '../../../functions/notification/channels/smtp.ts'
import { createNotificationStore } from '../../../functions/notification/store.ts'
import { telling } from '../../../functions/notification/use-cases.ts'
import { type Envelope, eventOf } from '../../../shared/events.ts'
import { consume, reaction } from '../../../shared/queue.ts'
import { clock, fromIso } from '../../../shared/time.ts'
import { correspondenceOf, facts, paidFacts, paymentsOf, province, submittedEvent } from './dossiers.ts'
import { startMailServer } from './mail-server.ts'
import { startTable } from './table-engine.ts'

let table: Awaited<ReturnType<typeof startTable>>
let mail: Awaited<ReturnType<typeof startMailServer>>
beforeAll(async () => {
  table = await startTable()
  mail = await startMailServer()
})
afterAll(async () => {
  await Promise.all([table?.stop(), mail?.close()])
})

const delivered = (events: readonly Envelope[]): SQSEvent =>
  ({
    Records: events.map((detail, index) => ({
      messageId: `m${index}`,
      body: JSON.stringify({ detail }),
      attributes: { ApproximateReceiveCount: '1' },
    })),
  }) as unknown as SQSEvent

const submitted = (sequence: number): Envelope =>
  eventOf(
    announcements.dossierSubmitted,
    { province: '37', environment: 'sandbox' },
    {
      subject: `dossier/${facts.dossierId}`,
      sequence,
      at: fromIso(facts.submittedAt),
      correlationId: 'c',
    },
    submittedEvent.data,
  )

describe('from the queue to the letter', () => {
  it('takes the events that are announced', () => {
    const trigger = entries.find(({ name }) => name === 'notification-send')?.trigger
    expect(trigger?.kind === 'queue' && [...trigger.consumes].sort()).toEqual(
      Object.values(announcements)
        .map(({ type }) => type)
        .sort(),
    )
  })

  it('makes one entry and one letter of an event that many messages carry at once', async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
    const store = createNotificationStore(table)
    const { notify } = telling({
      correspondence: correspondenceOf(facts),
      payments: paymentsOf(paidFacts),
      preferences: store,
      channels: [
        createInboxChannel({ deliveries: store, clock }),
        createEmailChannel({
          deliveries: store,
          post: createSmtp({ url: mail.url, mail: province.mail }),
          clock,
          log,
          host: 'motcua.ninhbinh.gov.vn',
        }),
      ],
      province,
    })
    const buried: string[] = []
    const handler = consume(
      Object.values(announcements).map((event) => reaction(event, notify)),
      async (_, reason) => {
        buried.push(reason)
      },
      log,
    )
    const first = await handler(delivered(Array.from({ length: 10 }, () => submitted(1))))
    expect(first.batchItemFailures.length).toBeLessThan(10)
    expect(await handler(delivered([submitted(1)]))).toEqual({ batchItemFailures: [] })
    expect(await handler(delivered([submitted(2)]))).toEqual({ batchItemFailures: [] })
    expect(buried).toEqual([])
    expect(mail.received.map(({ recipients }) => recipients)).toEqual([
      ['anh@example.vn'],
      ['anh@example.vn'],
    ])
    expect(new Set(mail.received.map(({ parsed }) => parsed.messageId)).size).toBe(2)
    expect(mail.received[0]?.parsed.messageId).toMatch(/^<[0-9a-z]{26}@motcua\.ninhbinh\.gov\.vn>$/)
    expect((await store.entries(facts.ownerRef, { limit: 100 })).items).toHaveLength(2)
  })
})
