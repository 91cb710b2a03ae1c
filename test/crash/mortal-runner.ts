import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Started, startProcess } from '../infra/local/fixture/start-process.ts'
import { type Answer, createPortal, type Portal } from '../kit/stack.ts'
import { deliveriesIn } from './remains.ts'

/** Addresses of the process that lives now. */
export interface Places {
  url: string
  storageUrl: string
  databaseUrl: string
}

/** A runner in a process of its own that may die at any moment and is then started again. */
export interface MortalRunner {
  places(): Promise<Places>
  /** Sends one request until it is answered, over deaths and restarts, as a portal with patience does. */
  ask(request: (portal: Portal, token: string) => Promise<Answer>): Promise<Answer>
  drain(): Promise<void>
  /** Kills it at once; resolves when it lives again. */
  kill(): Promise<void>
  deaths(): number
  /** How often a death fell between the mail server's 250 and our record of it, by `Message-ID`. */
  unrecorded: ReadonlyMap<string, number>
  /** Ends it in order. */
  stop(): Promise<void>
}

/** Longer than every lease: of a submission (10 s), of a message in a queue (10 s) and of a mail (60 s). */
const pastEveryLease = 70_000

const running = new Set<Started>()
let over = false

/** Ends every process that was started here, at once; from then on none can be started. */
export const killEveryRunner = async (): Promise<void> => {
  over = true
  for (const { child } of running) child.kill('SIGKILL')
  await Promise.all([...running].map(({ ended }) => ended))
}
// Also when the test process itself is told to go before its hooks have run.
process.once('exit', () => {
  for (const { child } of running) child.kill('SIGKILL')
})

interface Life {
  runner: Started
  places: Places
  portal: Portal
  token: string
}

const start = async (directory: string, environment: Record<string, string>): Promise<Life> => {
  if (over) throw new Error('the tests are over')
  // Another port each time: nothing that is kept may depend on it.
  const own = { LOCAL_DATA_DIR: directory, PORT: '0' }
  const runner = startProcess('infra/local/main.ts', { ...environment, ...own })
  running.add(runner)
  void runner.ended.then(() => running.delete(runner))
  await runner.says(/Stop it with/)
  const address = (pattern: RegExp): string => pattern.exec(runner.output())?.[1] ?? ''
  const places: Places = {
    url: address(/API +(\S+)\/v1\/health/),
    storageUrl: address(/Storage +(\S+)/),
    databaseUrl: address(/Database +(\S+)/),
  }
  const portal = createPortal(places.url)
  const { json } = await portal.call('POST', '/_sandbox/tokens', { body: { actor: 'citizen' } })
  return { runner, places, portal, token: json.accessToken }
}

/** The mails that the server had taken when the runner died. */
const mailsAtDeath = (directory: string): string[] =>
  readFileSync(join(directory, 'messages.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => (JSON.parse(line) as { messageId: string }).messageId)

const connectionBroke = (error: unknown): boolean => error instanceof TypeError

export const startMortalRunner = async (
  directory: string,
  environment: Record<string, string>,
): Promise<MortalRunner> => {
  const unrecorded = new Map<string, number>()
  let deaths = 0
  let life = start(directory, environment)
  const successors = new WeakMap<Life, Promise<Life>>()

  /** Lets the leases of the dead run out, once it is known which mails were out and not recorded. */
  const settleEstate = async ({ places, portal }: Life, sent: readonly string[]): Promise<void> => {
    for (const { id, state } of await deliveriesIn(places.databaseUrl)) {
      const messageId = sent.find((candidate) => candidate.startsWith(`<${id.toLowerCase()}@`))
      if (messageId && state === 'pending') unrecorded.set(messageId, (unrecorded.get(messageId) ?? 0) + 1)
    }
    const { json } = await portal.call('GET', '/_sandbox/clock')
    const now = new Date(Date.parse(json.now) + pastEveryLease).toISOString()
    const travelled = await portal.call('PUT', '/_sandbox/clock', { body: { now } })
    if (travelled.status !== 200) throw new Error(`the clock did not travel: ${travelled.text}`)
  }

  const restart = async ({ runner }: Life): Promise<Life> => {
    const fate = await Promise.race([runner.ended, sleep(10_000, undefined, { ref: false })])
    if (fate === undefined) throw new Error(`it breaks connections and lives on:\n${runner.output()}`)
    if (fate.signal !== 'SIGKILL') throw new Error(`it ended by itself:\n${runner.output()}`)
    deaths += 1
    const sent = mailsAtDeath(directory)
    const next = await start(directory, environment)
    try {
      await settleEstate(next, sent)
      return next
    } catch (error) {
      if (connectionBroke(error)) return restart(next)
      throw error
    }
  }

  /** One restart, however many requests found the process dead. */
  const succeed = (dead: Life): Promise<Life> => {
    const known = successors.get(dead)
    if (known) return known
    life = restart(dead)
    successors.set(dead, life)
    return life
  }

  const ask: MortalRunner['ask'] = async (request) => {
    for (let refusals = 0; ; ) {
      const current = await life
      try {
        const answer = await request(current.portal, current.token)
        const comeAgain = answer.status === 503 || answer.json?.code === 'idempotency-in-progress'
        if (!comeAgain || refusals === 10) return answer
        refusals += 1
        await sleep(Number(answer.headers.get('retry-after') ?? 1) * 1_000)
      } catch (error) {
        if (!connectionBroke(error)) throw error
        await succeed(current)
      }
    }
  }

  await life
  return {
    places: async () => (await life).places,
    ask,
    drain: async () => {
      const { status, text } = await ask((portal) => portal.call('POST', '/_sandbox/drain'))
      if (status !== 200) throw new Error(`it does not come to rest: ${text}`)
    },
    kill: async () => {
      const current = await life
      current.runner.child.kill('SIGKILL')
      await current.runner.ended
      await succeed(current)
    },
    deaths: () => deaths,
    unrecorded,
    stop: async () => {
      const { runner } = await life
      runner.child.kill('SIGTERM')
      const { code } = await runner.ended
      if (code !== 0) throw new Error(`it did not stop in order:\n${runner.output()}`)
    },
  }
}
