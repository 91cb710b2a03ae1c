import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createBus } from '../../../functions/ops/bus.ts'
import { event } from './outbox-double.ts'

process.env.AWS_REGION = 'ap-southeast-1'
process.env.AWS_ACCESS_KEY_ID = 'local'
process.env.AWS_SECRET_ACCESS_KEY = 'local'

let server: Server | undefined
afterEach(() => server?.close())

/** A bus endpoint that answers as told and keeps what it was sent. */
const listen = async (
  answer: unknown,
): Promise<{ url: string; sent: () => { Entries: Record<string, string>[] } }> => {
  let body = ''
  const made = createServer(async (req, res) => {
    body = ''
    for await (const chunk of req) body += chunk
    res.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer))
  })
  server = made
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, sent: () => JSON.parse(body) }
}

it('looks at each entry, not at the success of the call', async () => {
  const { url, sent } = await listen({
    FailedEntryCount: 1,
    Entries: [{ EventId: 'e-1' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' }],
  })
  const bus = createBus({ EVENT_BUS_NAME: 'motcua-37', EVENTS_ENDPOINT: url })
  expect(await bus.put([event(1), event(2), event(3)])).toEqual([
    { taken: true },
    { taken: false, reason: 'ThrottlingException' },
    { taken: false, reason: 'no-answer-for-entry' },
  ])
  expect(sent().Entries[0]).toMatchObject({
    EventBusName: 'motcua-37',
    Source: 'motcua.dossier',
    DetailType: 'vn.motcua.dossier.submitted.v1',
  })
  expect(JSON.parse(sent().Entries[0]?.Detail ?? '')).toEqual(event(1))
})
