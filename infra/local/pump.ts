import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, seconds } from '../../shared/time.ts'
import type { Queues } from './cloud/queues.ts'
import { type Consumer, hasWork, startConsumer } from './consumers.ts'
import type { LoadedFunction } from './functions.ts'
import type { OutboxFeed } from './outbox-feed.ts'
import type { Schedules } from './schedules.ts'
import { startWorkLoop } from './work-loop.ts'

export interface PumpOptions {
  functions: readonly LoadedFunction[]
  feed: OutboxFeed
  schedules: Schedules
  queues: Queues
  clock: Clock
  onError: (error: unknown) => void
}

/** What is still waiting, by place. */
export interface Left {
  outbox: number
  queues: Record<string, { visible: number; inFlight: number; delayed: number }>
}

/**
 * Moves events from the outbox over the bus to the queues, messages from the queues to their functions, and runs
 * schedules. It keeps nothing itself: what is under way lies in the engine or in the file of the queues.
 */
export interface Pump {
  /** Something was written to a table. */
  outboxChanged(): void
  /** Something was put into a queue. */
  queuesChanged(): void
  /** Resolves with `done` when nothing is left to do now, or after the patience is over. */
  drain(patienceMs?: number): Promise<{ done: boolean; left: Left }>
  /** Leaves the outbox and the schedules alone until let go, so that nothing but a request is at work. */
  hold(hold: boolean): void
  /** Does something while no message is at work and none is taken. */
  whilePaused(act: () => void): Promise<void>
  stop(): Promise<void>
}

export const startPump = ({ functions, feed, schedules, queues, clock, onError }: PumpOptions): Pump => {
  let changed = true
  let held = false
  let fruitless = 0

  const outboxLoop = startWorkLoop({
    everyMs: 1_000,
    onError: (error) => {
      changed = true
      onError(error)
    },
    turn: async () => {
      // Without a write since the last look nothing can wait, save what the bus would not take.
      if (held) return false
      if (!changed && fruitless === 0) return false
      changed = false
      const { found, published } = await feed.feed()
      if (found === 0) {
        fruitless = 0
        return false
      }
      // What is still there though nobody refused it (an item nobody can read) must not keep us spinning.
      const progress = published > 0 && (await feed.waiting()) < found
      fruitless = progress ? 0 : fruitless + 1
      if (!progress) await sleep(Math.min(1_000, 25 * 2 ** Math.min(fruitless, 6)))
      return progress
    },
  })

  const scheduleLoop = startWorkLoop({
    everyMs: 1_000,
    onError,
    turn: async () => !held && (await schedules.runDue()),
  })

  const consumers: Consumer[] = functions
    .filter(({ entry }) => entry.trigger.kind === 'queue')
    .map((worker) => startConsumer({ worker, queues, onError }))

  const somethingToDo = async (): Promise<boolean> =>
    schedules.due() ||
    consumers.some((consumer) => consumer.busy() || hasWork(queues, consumer.queue, clock)) ||
    (await feed.waiting()) > 0

  const left = async (): Promise<Left> => ({
    outbox: await feed.waiting(),
    queues: Object.fromEntries(
      consumers.map(({ queue }) => {
        const { visible, inFlight, delayed } = queues.depth(queue)
        return [queue, { visible, inFlight, delayed }]
      }),
    ),
  })

  return {
    outboxChanged: () => {
      changed = true
      outboxLoop.wake()
    },
    queuesChanged: () => {
      for (const consumer of consumers) consumer.wake()
    },
    drain: async (patienceMs = seconds(60)) => {
      const until = performance.now() + patienceMs
      for (;;) {
        changed = true
        await scheduleLoop.idle()
        await outboxLoop.idle()
        await Promise.all(consumers.map((consumer) => consumer.idle()))
        if (!(await somethingToDo())) return { done: true, left: await left() }
        if (performance.now() > until) return { done: false, left: await left() }
        await sleep(20)
      }
    },
    hold: (hold) => {
      held = hold
      changed = true
      outboxLoop.wake()
      scheduleLoop.wake()
    },
    whilePaused: async (act) => {
      await Promise.race([Promise.all(consumers.map((consumer) => consumer.pause())), sleep(seconds(5))])
      try {
        act()
      } finally {
        for (const consumer of consumers) consumer.resume()
        scheduleLoop.wake()
      }
    },
    stop: async () => {
      await Promise.all([outboxLoop.stop(), scheduleLoop.stop(), ...consumers.map((c) => c.stop())])
    },
  }
}
