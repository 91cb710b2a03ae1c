import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEmailChannel, type Mail, type Posted } from '../../../functions/notification/channels/email.ts'
import { createInboxChannel } from '../../../functions/notification/channels/inbox.ts'
import { type DossierFacts, leaseMs } from '../../../functions/notification/model.ts'
import { telling } from '../../../functions/notification/use-cases.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Log, LogFields } from '../../../shared/log.ts'
import { correspondenceOf, facts, paidFacts, paymentsOf, province, submittedEvent } from './dossiers.ts'
import { createMemoryStore } from './memory-store.ts'

type Fault = { at: number; how: 'before' | 'after' | 'death-before' | 'death-after' }
class Injected extends Error {}

/** The calls to every port, counted; one may fail before or after it did its work, or end the process there. */
const createStage = (options: { facts?: DossierFacts | undefined; answer?: () => Promise<Posted> } = {}) => {
  const store = createMemoryStore()
  const mails: Mail[] = []
  const lines: LogFields[] = []
  const calls: string[] = []
  const met: { name: string; how: Fault['how'] }[] = []
  let faults: readonly Fault[] = []
  let dead = false
  let now = Date.parse(facts.submittedAt)
  const port =
    <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      if (dead) throw new Injected(`${name}: the process is gone`)
      const fault = faults.find(({ at }) => at === calls.length)
      calls.push(name)
      if (!fault) return call(...args)
      met.push({ name, how: fault.how })
      dead = fault.how.startsWith('death')
      if (fault.how.endsWith('after')) await call(...args)
      throw new Injected(`${name}: ${fault.how}`)
    }
  const deliveries = {
    claim: port('claim', store.claim),
    settle: port('settle', store.settle),
    release: port('release', store.release),
    deliverEntry: port('deliverEntry', store.deliverEntry),
  }
  const post = port('post', async (mail: Mail): Promise<Posted> => {
    const posted = await (options.answer?.() ?? Promise.resolve({ kind: 'accepted' as const }))
    if (posted.kind === 'accepted') mails.push(mail)
    return posted
  })
  const clock = { now: () => now }
  const log: Log = {
    info: () => undefined,
    warn: (_, fields = {}) => lines.push(fields),
    error: () => undefined,
  }
  const correspondence = correspondenceOf('facts' in options ? options.facts : facts)
  const { notify } = telling({
    correspondence: { forDossier: port('forDossier', correspondence.forDossier) },
    payments: paymentsOf(paidFacts),
    preferences: { of: port('preferences', store.of) },
    channels: [
      createInboxChannel({ deliveries, clock }),
      createEmailChannel({ deliveries, post, clock, log, host: 'mail.example.vn' }),
    ],
    province,
  })
  return {
    store,
    mails,
    lines,
    calls,
    met,
    notify: () => notify(submittedEvent),
    setFaults: (given: readonly Fault[]) => {
      faults = given
    },
    wait: (milliseconds: number) => {
      now += milliseconds
    },
    /** As a queue does: again and again until it is done. Answers how often it took. */
    redeliver: async (pause = leaseMs + 1): Promise<number> => {
      for (let deliveriesMade = 1; ; deliveriesMade += 1) {
        try {
          dead = false
          await notify(submittedEvent)
          return deliveriesMade
        } catch (error) {
          if (deliveriesMade === 60 || !(error instanceof Injected || error instanceof AppError)) throw error
          now += pause
        }
      }
    },
    entries: () => store.inbox.get(facts.ownerRef) ?? [],
    emailRecord: () => [...store.deliveries.values()].find(({ channel }) => channel === 'email'),
  }
}

/** The only places where a mail went out and nobody knows. */
const leavesDoubt = ({ name, how }: { name: string; how: Fault['how'] }): boolean =>
  (name === 'post' && how.endsWith('after')) || (name === 'settle' && how.endsWith('before'))

const oneIdAmong = (mails: readonly Mail[]) =>
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(1)

describe('telling people of an event', () => {
  it('puts one entry into the inbox and sends one mail', async () => {
    const stage = createStage()
    await stage.notify()
    expect(stage.entries()).toHaveLength(1)
    expect(stage.mails).toHaveLength(1)
    expect(stage.mails[0]?.to).toEqual({ name: 'Nguyễn Thị Ánh', address: 'anh@example.vn' })
    expect(stage.emailRecord()).toMatchObject({ state: 'sent', attempts: 1 })
  })

  it('does nothing when the event comes again', async () => {
    const stage = createStage()
    for (let time = 0; time < 5; time += 1) await stage.notify()
    expect(stage.entries()).toHaveLength(1)
    expect(stage.mails).toHaveLength(1)
  })

  const undisturbed = createStage()
  it('is tested at every call it makes', async () => {
    await undisturbed.notify()
    expect(undisturbed.calls).toEqual([
      'forDossier',
      'preferences',
      'deliverEntry',
      'claim',
      'post',
      'settle',
    ])
  })

  const everyFault = [0, 1, 2, 3, 4, 5].flatMap((at) =>
    (['before', 'after', 'death-before', 'death-after'] as const).map((how) => ({ at, how })),
  )
  it.each(everyFault)('holds when call $at fails: $how', async (fault) => {
    const stage = createStage()
    stage.setFaults([fault])
    expect(await stage.redeliver()).toBe(2)
    expect(stage.entries()).toHaveLength(1)
    expect(stage.mails).toHaveLength(stage.met.some(leavesDoubt) ? 2 : 1)
    oneIdAmong(stage.mails)
    expect(stage.emailRecord()?.state).toBe('sent')
  })

  it('holds under any number of faults and any pace of the queue', async () => {
    const fault = fc.record({
      at: fc.integer({ min: 0, max: 40 }),
      how: fc.constantFrom('before', 'after', 'death-before', 'death-after'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fault, { maxLength: 20, selector: ({ at }) => at }),
        fc.integer({ min: 5_000, max: 200_000 }),
        async (faults, pause) => {
          const stage = createStage()
          stage.setFaults(faults)
          await stage.redeliver(pause)
          expect(stage.entries()).toHaveLength(1)
          const doubts = stage.met.filter(leavesDoubt).length
          expect(stage.mails.length).toBeGreaterThanOrEqual(1)
          expect(stage.mails.length).toBeLessThanOrEqual(1 + doubts)
          oneIdAmong(stage.mails)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('sends one mail when the event is delivered to many workers at once', async () => {
    let open: (() => void) | undefined
    const held = new Promise<void>((resolve) => {
      open = resolve
    })
    const stage = createStage({ answer: () => held.then(() => ({ kind: 'accepted' })) })
    const workers = Array.from({ length: 20 }, () => stage.notify())
    setTimeout(() => open?.(), 20)
    const ended = await Promise.allSettled(workers)
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    await Promise.all(Array.from({ length: 20 }, () => stage.notify()))
    expect(stage.mails).toHaveLength(1)
    expect(stage.entries()).toHaveLength(1)
  })

  it('repeats soon after a mail server in trouble, without waiting for its own lease', async () => {
    const answers: (() => Promise<Posted>)[] = [() => Promise.reject(new Injected('451'))]
    const stage = createStage({ answer: () => (answers.shift() ?? (async () => ({ kind: 'accepted' })))() })
    await expect(stage.notify()).rejects.toThrow('451')
    expect(stage.entries()).toHaveLength(1)
    stage.wait(1)
    await stage.notify()
    expect(stage.mails).toHaveLength(1)
  })

  it('mails although the inbox is in trouble, and lets the event come again', async () => {
    const stage = createStage()
    stage.setFaults([{ at: 2, how: 'before' }])
    await expect(stage.notify()).rejects.toThrow(Injected)
    expect(stage.mails).toHaveLength(1)
    await stage.notify()
    expect(stage.mails).toHaveLength(1)
    expect(stage.entries()).toHaveLength(1)
  })

  it('says what went wrong first, also when the claim cannot be given back', async () => {
    const stage = createStage()
    stage.setFaults([
      { at: 4, how: 'before' },
      { at: 5, how: 'before' },
    ])
    await expect(stage.notify()).rejects.toThrow('post: before')
    expect(stage.met.map(({ name }) => name)).toEqual(['post', 'release'])
  })

  it('leaves the last word to the worker that took the claim over', async () => {
    let answered = 0
    const stage: ReturnType<typeof createStage> = createStage({
      answer: async () => {
        answered += 1
        if (answered === 1) {
          stage.wait(leaseMs + 1)
          await stage.notify()
        }
        return { kind: 'accepted' }
      },
    })
    await expect(stage.notify()).rejects.toMatchObject({ code: 'unavailable' })
    expect(stage.emailRecord()).toMatchObject({ state: 'sent', attempts: 2 })
    await stage.notify()
    expect(stage.mails).toHaveLength(2)
    oneIdAmong(stage.mails)
    expect(stage.entries()).toHaveLength(1)
  })

  it('gives up an address that the server refuses, and keeps the inbox', async () => {
    const stage = createStage({ answer: async () => ({ kind: 'refused', reason: 'smtp-550' }) })
    for (let time = 0; time < 3; time += 1) await stage.notify()
    expect(stage.calls.filter((name) => name === 'post')).toHaveLength(1)
    expect(stage.emailRecord()).toMatchObject({ state: 'failed', reason: 'smtp-550' })
    expect(stage.entries()).toHaveLength(1)
    expect(stage.lines).toEqual([
      { eventId: submittedEvent.id, citizenRef: facts.ownerRef, reason: 'smtp-550' },
    ])
  })

  it.each([
    ['undefined', undefined, 'skipped', 'no-address'],
    ['empty', '  ', 'skipped', 'no-address'],
    ['no address', 'anh', 'failed', 'bad-address'],
    ['two addresses', 'a@example.vn, b@example.vn', 'failed', 'bad-address'],
    ['a header', 'a@example.vn\r\nBcc: b@example.vn', 'failed', 'bad-address'],
    ['too long', `${'a'.repeat(250)}@example.vn`, 'failed', 'bad-address'],
  ] as const)('sends nothing to an address that is %s', async (_, email, state, reason) => {
    const stage = createStage({ facts: { ...facts, email } })
    await stage.notify()
    expect(stage.calls).not.toContain('post')
    expect(stage.emailRecord()).toMatchObject({ state, reason })
    expect(stage.entries()).toHaveLength(1)
  })

  it('sends what the law requires although ordinary mail is switched off', async () => {
    const stage = createStage()
    const command = { scope: 's', body: 'b' }
    const off = { language: 'vi', email: { enabled: false } } as const
    await stage.store.choose(facts.ownerRef, off, { command, ifMatch: undefined })
    await stage.notify()
    expect(stage.mails).toHaveLength(1)
  })

  it('sends no ordinary message to whoever switched them off', async () => {
    const store = createMemoryStore()
    const mails: Mail[] = []
    const channel = createEmailChannel({
      deliveries: store,
      post: async (mail) => {
        mails.push(mail)
        return { kind: 'accepted' }
      },
      clock: { now: () => 0 },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      host: 'mail.example.vn',
    })
    const message = {
      ...{ eventId: 'e', eventType: 't', at: 0, person: 'p', name: 'Ánh', address: 'anh@example.vn' },
      legal: false,
      letter: { subject: '', text: '', html: '' },
      inbox: { title: { vi: '', en: '' }, text: { vi: '', en: '' }, link: '', dossierId: '', code: '' },
    }
    const switched = (enabled: boolean) => ({ language: 'vi' as const, email: { enabled } })
    await channel.deliver({ ...message, preferences: switched(false) })
    expect(mails).toEqual([])
    expect([...store.deliveries.values()]).toMatchObject([{ state: 'skipped', reason: 'switched-off' }])
    await channel.deliver({ ...message, eventId: 'e2', preferences: switched(true) })
    expect(mails).toHaveLength(1)
  })

  it('begins the letter with the language of the person', async () => {
    const stage = createStage()
    const command = { scope: 's', body: 'b' }
    const english = { language: 'en', email: { enabled: true } } as const
    await stage.store.choose(facts.ownerRef, english, { command, ifMatch: undefined })
    await stage.notify()
    expect(stage.mails[0]?.subject).toBe(`Your online dossier ${facts.code} has been recorded`)
  })

  it.each([
    ['is not there', undefined],
    ['has another owner', { ...facts, ownerRef: 'ref-binh' }],
  ])('tells nobody and comes again when the dossier %s', async (_, known) => {
    const stage = createStage({ facts: known })
    await expect(stage.notify()).rejects.toThrow('the dossier of the event')
    expect(stage.mails).toEqual([])
    expect(stage.store.deliveries.size).toBe(0)
  })
})
