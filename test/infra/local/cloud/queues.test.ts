import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createQueues, type QueueSpec } from '../../../../infra/local/cloud/queues.ts'
import { temporaryDirectory } from './s3-stand.ts'

const specs: QueueSpec[] = [
  { name: 'work', deadLetter: 'dead', maxReceives: 2, visibilitySeconds: 30 },
  { name: 'dead', deadLetter: null, maxReceives: 1, visibilitySeconds: 30 },
]
const start = Date.parse('2026-01-01T00:00:00Z')

function stand(path = ':memory:') {
  const clock = { at: start }
  const queues = createQueues({ path, queues: specs, now: () => clock.at })
  return { clock, queues }
}

describe('queues', () => {
  it('give a message once while it is being worked on, and again when that takes too long', () => {
    const { clock, queues } = stand()
    const id = queues.send('work', 'đơn', { attributes: { trace: '1' } })
    const [first] = queues.receive('work', 10)
    expect(first).toMatchObject({
      messageId: id,
      body: 'đơn',
      receiveCount: 1,
      sentAt: start,
      attributes: { trace: '1' },
    })
    expect(queues.receive('work', 10)).toEqual([])
    expect(queues.depth('work')).toEqual({ visible: 0, inFlight: 1, delayed: 0, nextDueAt: start + 30_000 })
    clock.at += 29_999
    expect(queues.receive('work', 10)).toEqual([])
    clock.at += 1
    const [second] = queues.receive('work', 10)
    expect(second?.receiveCount).toBe(2)
    expect(queues.remove(first?.receiptHandle ?? '')).toBe(false)
    expect(queues.remove(second?.receiptHandle ?? '')).toBe(true)
    expect(queues.remove(second?.receiptHandle ?? '')).toBe(false)
    expect(queues.depth('work')).toEqual({ visible: 0, inFlight: 0, delayed: 0, nextDueAt: null })
  })

  it('put aside what was received too often, and take it back', () => {
    const { clock, queues } = stand()
    const id = queues.send('work', 'poison')
    for (const _ of [1, 2]) {
      expect(queues.receive('work', 1)).toHaveLength(1)
      clock.at += 30_000
    }
    expect(queues.receive('work', 1)).toEqual([])
    expect(queues.peek('dead', 5)).toMatchObject([
      { messageId: id, body: 'poison', receiveCount: 0, sentAt: start },
    ])
    expect(queues.redrive('dead')).toBe(1)
    expect(queues.receive('work', 1)).toMatchObject([{ messageId: id, receiveCount: 1 }])
    for (const _ of [1, 2, 3, 4]) queues.send('dead', 'x')
    for (const _ of [1, 2, 3]) {
      expect(queues.receive('dead', 10)).toHaveLength(4)
      clock.at += 30_000
    }
  })

  it('passes over the put aside and still fills the answer', () => {
    const { clock, queues } = stand()
    for (const body of ['a', 'b']) queues.send('work', body)
    for (const _ of [1, 2]) {
      queues.receive('work', 2)
      clock.at += 30_000
    }
    queues.send('work', 'c')
    expect(queues.receive('work', 1).map((message) => message.body)).toEqual(['c'])
    expect(queues.depth('dead').visible).toBe(2)
  })

  it('give a message back early or late when told so', () => {
    const { clock, queues } = stand()
    queues.send('work', 'a')
    const [first] = queues.receive('work', 1)
    expect(queues.release(first?.receiptHandle ?? '', 0)).toBe(true)
    const [second] = queues.receive('work', 1)
    expect(queues.release(second?.receiptHandle ?? '', 100)).toBe(true)
    clock.at += 99_999
    expect(queues.receive('work', 1)).toEqual([])
    expect(queues.release('unknown', 1)).toBe(false)
    expect(queues.receive('work', 1, 0)).toEqual([])
  })

  it('hold back what is delayed, and do not give one message twice at a time', () => {
    const { clock, queues } = stand()
    queues.send('work', 'later', { delaySeconds: 60 })
    expect(queues.depth('work')).toMatchObject({ visible: 0, delayed: 1, nextDueAt: start + 60_000 })
    clock.at += 60_000
    expect(queues.receive('work', 10, 0)).toHaveLength(1)
  })

  it('queue a message of the same id once within five minutes', () => {
    const { clock, queues } = stand()
    const first = queues.send('work', 'a', { dedupId: 'x' })
    expect(queues.send('work', 'a', { dedupId: 'x' })).toBe(first)
    queues.send('dead', 'a', { dedupId: 'x' })
    clock.at += 300_000
    expect(queues.send('work', 'a', { dedupId: 'x' })).not.toBe(first)
    expect(queues.depth('work').visible).toBe(2)
  })

  it('queue all or none', () => {
    const { queues } = stand()
    const send = (last: string) =>
      queues.sendToAll([
        { queue: 'work', body: '1' },
        { queue: 'dead', body: '2' },
        { queue: last, body: '3' },
      ])
    expect(() => send('absent')).toThrow('no queue absent')
    expect(queues.depth('work').visible + queues.depth('dead').visible).toBe(0)
    expect(send('work')).toHaveLength(3)
    expect(queues.depth('work').visible).toBe(2)
  })

  it('wait no longer than they were told when the clock is moved back', () => {
    const { clock, queues } = stand()
    const year = 365 * 24 * 3600 * 1000
    clock.at += year
    queues.send('work', 'in flight')
    queues.receive('work', 1)
    queues.send('work', 'delayed', { delaySeconds: 60 })
    queues.send('work', 'visible')
    clock.at -= year
    expect(queues.receive('work', 10).map((message) => message.body)).toEqual(['visible'])
    clock.at += 30_000
    expect(
      queues
        .receive('work', 10)
        .map((message) => message.body)
        .sort(),
    ).toEqual(['in flight', 'visible'])
    clock.at += 30_000
    expect(queues.peek('work', 10).map((message) => message.body)).toContain('delayed')
    expect(queues.receive('work', 10).map((message) => message.body)).toContain('delayed')
  })

  it('keep their messages in the file, also with a clock that is earlier after the start', () => {
    const path = join(temporaryDirectory(), 'queues.sqlite')
    const before = stand(path)
    before.queues.send('work', 'kept')
    before.queues.send('work', 'held')
    const held = before.queues.receive('work', 1)
    before.queues.close()
    const after = stand(path)
    after.clock.at -= 1000_000
    expect(after.queues.receive('work', 10)).toHaveLength(1)
    after.clock.at += 30_000
    expect(after.queues.receive('work', 10)).toHaveLength(2)
    expect(after.queues.remove(held[0]?.receiptHandle ?? '')).toBe(false)
    after.queues.close()
  })

  it('refuse a plan that cannot be', () => {
    const plan = (deadLetter: string) => () =>
      createQueues({
        path: ':memory:',
        queues: [{ name: 'a', deadLetter, maxReceives: 1, visibilitySeconds: 1 }],
        now: () => 0,
      })
    expect(plan('b')).toThrow('dead-letter')
    expect(plan('a')).toThrow('dead-letter')
    expect(() => stand().queues.receive('absent', 1)).toThrow('no queue')
  })
})
