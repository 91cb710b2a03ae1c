import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SQSEvent } from 'aws-lambda'
import { expect, it, onTestFinished } from 'vitest'
import { createQueues } from '../../../infra/local/cloud/queues.ts'
import { deadLetterOf, hasWork, queueSpecs, startConsumer } from '../../../infra/local/consumers.ts'
import type { LoadedFunction } from '../../../infra/local/functions.ts'
import { openSchedules } from '../../../infra/local/schedules.ts'
import { minutes, seconds } from '../../../shared/time.ts'

const start = Date.parse('2026-11-21T09:05:00+07:00')

const setUp = (invoke: (event: SQSEvent) => Promise<unknown>) => {
  let now = start
  const clock = { now: () => now }
  const worker: LoadedFunction = {
    entry: {
      name: 'mail',
      file: '',
      trigger: { kind: 'queue', consumes: [], visibilitySeconds: 180, maxReceives: 3 },
      timeoutSeconds: 10,
      memoryMb: 256,
    },
    invoke: (event) => invoke(event as SQSEvent),
  }
  const queues = createQueues({ path: ':memory:', queues: queueSpecs([worker.entry]), now: clock.now })
  const errors: unknown[] = []
  const consumer = startConsumer({ worker, queues, onError: (error) => errors.push(error) })
  onTestFinished(async () => {
    await consumer.stop()
    queues.close()
  })
  const travel = (by: number): void => {
    now += by
  }
  return { queues, consumer, clock, errors, travel }
}

it('removes what was handled and brings back exactly what failed, later each time', async () => {
  const received: string[][] = []
  const { queues, consumer, clock, travel } = setUp(async (event) => {
    received.push(event.Records.map(({ body }) => body))
    const bad = event.Records.filter(({ body }) => body === 'bad')
    return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) }
  })
  queues.sendToAll(['good', 'bad', 'good'].map((body) => ({ queue: 'mail', body })))
  await consumer.idle()
  expect(received).toEqual([['good', 'bad', 'good']])
  expect(queues.depth('mail')).toMatchObject({ visible: 0, inFlight: 1, nextDueAt: start + seconds(1) })
  expect(hasWork(queues, 'mail', clock)).toBe(true)
  travel(seconds(1))
  await consumer.idle()
  expect(queues.depth('mail')).toMatchObject({ nextDueAt: start + seconds(1 + 3) })
  travel(seconds(3))
  await consumer.idle()
  travel(seconds(9))
  await consumer.idle()
  expect(received.slice(1)).toEqual([['bad'], ['bad']])
  expect(queues.peek(deadLetterOf('mail'), 10).map(({ body }) => body)).toEqual(['bad'])
  expect(hasWork(queues, 'mail', clock)).toBe(false)
})

it('brings the whole batch back when the function throws or names a stranger', async () => {
  let answer: () => unknown = () => {
    throw new Error('broken')
  }
  const { queues, consumer, errors, travel } = setUp(async () => answer())
  queues.sendToAll(['a', 'b'].map((body) => ({ queue: 'mail', body })))
  await consumer.idle()
  expect(errors).toHaveLength(1)
  expect(queues.depth('mail').inFlight).toBe(2)
  answer = () => ({ batchItemFailures: [{ itemIdentifier: 'stranger' }] })
  travel(seconds(1))
  await consumer.idle()
  expect(queues.depth('mail').inFlight).toBe(2)
  answer = () => ({ batchItemFailures: [] })
  travel(seconds(3))
  await consumer.idle()
  expect(queues.depth('mail')).toMatchObject({ visible: 0, inFlight: 0 })
})

it('takes ten at most, and holds them as long as they are at work', async () => {
  const sizes: number[] = []
  let free: () => void = () => undefined
  const gate = new Promise<void>((resolve) => {
    free = resolve
  })
  const { queues, consumer, travel } = setUp(async (event) => {
    sizes.push(event.Records.length)
    await gate
  })
  queues.sendToAll(Array.from({ length: 25 }, () => ({ queue: 'mail', body: 'x' })))
  consumer.wake()
  await sleep(50)
  expect(sizes).toEqual([10, 10, 5])
  // Real time passes beside the sandbox's: the hold is renewed, so no message comes twice.
  for (let step = 0; step < 3; step += 1) {
    travel(seconds(4))
    await sleep(1_700)
  }
  expect(sizes).toEqual([10, 10, 5])
  free()
  await consumer.idle()
  expect(queues.depth('mail')).toMatchObject({ visible: 0, inFlight: 0 })
})

it('runs a schedule when it is due, once after a jump, and remembers it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'schedule-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  let now = start
  let runs = 0
  const job: LoadedFunction = {
    entry: {
      name: 'job',
      file: '',
      trigger: { kind: 'schedule', everyMinutes: 60 },
      timeoutSeconds: 1,
      memoryMb: 1,
    },
    invoke: async () => {
      runs += 1
      if (runs === 2) throw new Error('fails once')
    },
  }
  const errors: unknown[] = []
  const open = () => openSchedules(directory, [job], { now: () => now }, (error) => errors.push(error))
  const schedules = open()
  expect(await schedules.runDue()).toBe(false)
  now += minutes(60)
  expect(await schedules.runDue()).toBe(true)
  expect(await schedules.runDue()).toBe(false)
  now += minutes(6_000)
  await schedules.runDue()
  expect([runs, errors.length]).toEqual([2, 1])
  expect(open().due()).toBe(false)
  now -= minutes(100_000)
  expect(schedules.due()).toBe(false)
  now += minutes(60)
  expect(schedules.due()).toBe(true)
})
