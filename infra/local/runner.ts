import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { writeLogsTo } from '../../shared/log.ts'
import { readProvince } from '../../shared/province.ts'
import { clock as processClock } from '../../shared/time.ts'
import { startEngine } from './cloud/engine.ts'
import { createFaults, type Faults } from './cloud/faults.ts'
import { startMail } from './cloud/mail.ts'
import { createQueues, type Queues } from './cloud/queues.ts'
import type { CloudCall } from './cloud/server.ts'
import { setUpCloud } from './cloud-setup.ts'
import { queueSpecs, routeEvents } from './consumers.ts'
import { allContexts, type Contexts } from './contexts.ts'
import { openDataFolder } from './data-folder.ts'
import { credentials, environmentOf, region } from './environment.ts'
import { openFrontDoor } from './front-door.ts'
import { loadFunctions } from './functions.ts'
import { createGateway } from './gateway.ts'
import { type CapturedMessage, openMailbox } from './mailbox.ts'
import { createOutboxFeed } from './outbox-feed.ts'
import { startCounterpart } from './payments/counterpart.ts'
import { sandboxMerchant } from './payments/sandbox-merchant.ts'
import { type Left, type Pump, startPump } from './pump.ts'
import { sandboxEndpoints } from './sandbox.ts'
import { openSandboxClock, type SandboxClock } from './sandbox-clock.ts'
import { createSandboxHttp } from './sandbox-http.ts'
import { openSandboxIssuer, type TokenRequest } from './sandbox-issuer.ts'
import { writeSandboxProvince } from './sandbox-province.ts'
import { openSchedules } from './schedules.ts'
import { createSuddenDeath } from './sudden-death.ts'
import { createTables, tableName } from './tables-setup.ts'

const host = '127.0.0.1'
const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

export interface RunnerOptions {
  /** 0 takes any free port. The services behind are on the next two ports, or on any when those are taken. */
  port: number
  /** null keeps nothing. */
  dataDirectory: string | null
  provinceFile?: string
  /** A DynamoDB-compatible server to use instead of the embedded engine. */
  dynamodbUrl?: string
  contexts?: Contexts
  /** Told of what went wrong inside, and of what the engine says. */
  log?: (line: string) => void
  /** Told when the database ends by itself: nothing works any more. */
  onDatabaseEnd?: () => void
  /** Takes the log lines of the functions, which go to standard output otherwise. */
  functionLog?: (line: string) => void
  /** Remember every call of the services; a long-running sandbox would not want to. */
  recordCalls?: boolean
  /** Ask the database what each call consumes. */
  measured?: boolean
}

export interface Runner {
  url: string
  /** S3, KMS, EventBridge, SQS and DynamoDB, all at one address. */
  storageUrl: string
  /** The engine itself, past faults and counts. */
  engineUrl: string
  smtpUrl: string
  dataDirectory: string
  clock: SandboxClock
  faults: Faults
  queues: Queues
  tables: readonly string[]
  /** An access token of the sandbox's issuer. */
  token(request: TokenRequest): Promise<string>
  messages(to?: string): CapturedMessage[]
  calls(): CloudCall[]
  resetCalls(): void
  /** Holds everything back that follows from a request, so that the request alone can be measured. */
  hold: Pump['hold']
  drain(patienceMs?: number): Promise<{ done: boolean; left: Left }>
  stop(): Promise<void>
}

const writes = /^(?:Put|Update|Delete|BatchWrite|TransactWrite|Execute|Batch)/

/** Undoes what was started, last first, also when only half of it was. */
const createEnding = () => {
  const steps: (() => unknown)[] = []
  let ended: Promise<void> | undefined
  return {
    add: (step: () => unknown) => void steps.unshift(step),
    run: () => {
      ended ??= (async () => {
        for (const step of steps) await step()
      })()
      return ended
    },
  }
}

/** Starts the whole backend in this process, with everything that a deployed stack finds around it. */
export const startRunner = async (options: RunnerOptions): Promise<Runner> => {
  const ending = createEnding()
  try {
    return await start(options, ending)
  } catch (error) {
    await ending.run()
    throw error
  }
}

const start = async (options: RunnerOptions, ending: ReturnType<typeof createEnding>): Promise<Runner> => {
  const log = options.log ?? (() => undefined)
  const onError = (error: unknown) =>
    log(error instanceof Error ? (error.stack ?? error.message) : String(error))
  if (options.functionLog) writeLogsTo(options.functionLog)
  const contexts = options.contexts ?? allContexts
  const { entries } = contexts

  const folder = openDataFolder(options.dataDirectory)
  ending.add(folder.release)
  const door = await openFrontDoor(host, options.port)
  ending.add(door.close)
  const url = `http://${host}:${door.port}`
  const nextPort = (step: number) => (options.port === 0 ? 0 : options.port + step)

  const clock = openSandboxClock(folder.path)
  const original = readProvince(options.provinceFile ?? join(root, 'infra/provinces/37.json'))
  const issuer = await openSandboxIssuer(folder.path, clock, {
    audience: original.issuers[0]?.audience ?? 'motcua',
    agency: original.agencies[0]?.code ?? '',
  })
  const provinceFile = writeSandboxProvince(
    folder.path,
    original,
    issuer.entry(`${url}/_sandbox/issuer/.well-known/jwks.json`),
  )
  const province = readProvince(provinceFile)

  const engine = options.dynamodbUrl
    ? { url: options.dynamodbUrl, stop: async () => undefined }
    : await startEngine({
        directory: folder.kept ? join(folder.path, 'database') : null,
        log,
        ...(options.onDatabaseEnd ? { onEnd: options.onDatabaseEnd } : {}),
      })
  ending.add(engine.stop)
  const engineClient = new DynamoDBClient({ endpoint: engine.url, region, credentials })
  ending.add(() => engineClient.destroy())
  const tables = await createTables(engineClient, contexts.tables)

  const queues = createQueues({
    path: folder.kept ? join(folder.path, 'queues.sqlite') : ':memory:',
    queues: queueSpecs(entries),
    now: clock.now,
  })
  ending.add(queues.close)
  const faults = createFaults()
  const deliveryFaults = createFaults()
  const death = createSuddenDeath()
  const toQueues = routeEvents(entries, queues, deliveryFaults)
  let pump: Pump | undefined

  const cloud = await setUpCloud({
    host,
    port: nextPort(1),
    orElseAny: true,
    directory: folder.path,
    dynamodbUrl: engine.url,
    queues,
    faults,
    clock,
    accept: (events) => {
      toQueues(events)
      pump?.queuesChanged()
    },
    onCall: (call) => {
      if (options.recordCalls === false && call.n > 1_000) cloud.resetCalls()
      death.before()
    },
    onAnswered: ({ target, operation }) => {
      death.after()
      if (target === 'dynamodb' && writes.test(operation)) pump?.outboxChanged()
      if (target === 'sqs') pump?.queuesChanged()
    },
    onError,
    measured: options.measured ?? false,
  })
  ending.add(cloud.close)

  const mailbox = await openMailbox(folder.path)
  const mailOptions = {
    host,
    faults,
    now: () => new Date(clock.now()),
    onData: death.before,
    store: async (mail: Parameters<typeof mailbox.store>[0]) => {
      death.before()
      await mailbox.store(mail)
      death.after()
    },
  }
  const mail = await startMail({ ...mailOptions, port: nextPort(2) }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      return startMail({ ...mailOptions, port: 0 })
    },
  )
  ending.add(mail.close)
  const smtpUrl = `smtp://${host}:${mail.port}`

  const merchant = sandboxMerchant(url)
  const places = { storageUrl: cloud.url, smtpUrl, provinceFile, merchant, tables }
  // A developer's own profile or session must never be what signs the calls to this machine.
  for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_ENDPOINT_URL']) delete process.env[name]
  const functions = await loadFunctions(entries, root, environmentOf(places))
  await contexts.publish({
    dynamodbUrl: cloud.url,
    table: tableName('catalogue'),
    province,
    clock: processClock,
  })

  const relay = functions.find(({ entry }) => entry.trigger.kind === 'stream')
  if (!relay) throw new Error('no function takes the streams of the tables')
  pump = startPump({
    functions,
    feed: createOutboxFeed({ engine: engineClient, tables, relay }),
    schedules: openSchedules(folder.path, functions, clock, onError),
    queues,
    clock,
    onError,
  })
  ending.add(pump.stop)

  const deadLetterQueues = queueSpecs(entries).flatMap(({ deadLetter }) => deadLetter ?? [])
  // Nothing may come between this and the opening: the provider's calls that are due meet us at the front door.
  const counterpart = startCounterpart({
    merchant,
    contexts,
    engine: engineClient,
    folder,
    clock,
    death,
    pump,
    onError,
  })
  ending.add(counterpart.vnpay.stop)
  const sandbox = {
    ...counterpart,
    issuer,
    clock,
    mailbox,
    pump,
    faults,
    deliveryFaults,
    death,
    queues,
    deadLetterQueues,
  }
  door.open(
    createGateway({
      functions,
      origins: province.cors.origins,
      clock,
      aside: createSandboxHttp(sandboxEndpoints(sandbox), onError),
      onError,
    }),
  )

  return {
    url,
    storageUrl: cloud.url,
    engineUrl: engine.url,
    smtpUrl,
    dataDirectory: folder.path,
    clock,
    faults,
    queues,
    tables,
    token: issuer.mint,
    messages: mailbox.messages,
    calls: cloud.calls,
    resetCalls: cloud.resetCalls,
    hold: pump.hold,
    drain: counterpart.drain,
    stop: ending.run,
  }
}
