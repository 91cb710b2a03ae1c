import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CloudCall, type CloudTarget, consumedOf, tablesOf } from './calls.ts'
import { createDynamodbProxy, type DynamodbProxy } from './dynamodb-proxy.ts'
import type { Events } from './events.ts'
import { faultAnswer } from './fault-answer.ts'
import type { Fault, Faults } from './faults.ts'
import { jsonAnswer, jsonError, type WireAnswer } from './json-answer.ts'
import type { Kms } from './kms.ts'
import type { S3 } from './s3.ts'
import { drain } from './s3-answer.ts'
import { readRequest, s3Operation } from './s3-request.ts'
import { ServiceError } from './service-error.ts'
import type { Sqs } from './sqs.ts'

export type { CloudCall } from './calls.ts'
export { rounds } from './calls.ts'

export type CloudOptions = {
  readonly host: string
  readonly port: number
  readonly services: { readonly s3: S3; readonly kms: Kms; readonly events: Events; readonly sqs: Sqs }
  readonly dynamodbUrl: string
  readonly faults: Faults
  /** Awaited before a call is passed on. */
  readonly onCall?: (call: CloudCall) => void | Promise<void>
  /** Awaited when the service has done its work and the caller does not know yet. */
  readonly onAnswered?: (call: CloudCall) => void | Promise<void>
  /** Has the database report what every call consumes; only then do calls carry `consumed`. */
  readonly measured?: boolean
  /** Told of what went wrong inside; the caller sees an InternalFailure. */
  readonly onFailure?: (error: unknown) => void
}

export type Cloud = {
  readonly url: string
  readonly port: number
  calls(): CloudCall[]
  resetCalls(): void
  close(): Promise<void>
}

const prefixes: readonly (readonly [string, Exclude<CloudTarget, 's3'>])[] = [
  ['DynamoDB_20120810.', 'dynamodb'],
  ['DynamoDBStreams_20120810.', 'dynamodb'],
  ['TrentService.', 'kms'],
  ['AWSEvents.', 'events'],
  ['AmazonSQS.', 'sqs'],
]

// DynamoDB's own limit is 16 MB; the other services take far less.
const maxBody = 17 * 1024 * 1024

function classify(request: IncomingMessage): { target: CloudTarget; operation: string } {
  const header = request.headers['x-amz-target']
  const name = Array.isArray(header) ? header[0] : header
  const found = prefixes.find(([prefix]) => name?.startsWith(prefix))
  if (name && found) return { target: found[1], operation: name.slice(found[0].length) }
  try {
    return { target: 's3', operation: s3Operation(readRequest(request)) }
  } catch {
    return { target: 's3', operation: 'Unsupported' }
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBody) throw new Error('the request is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function send(response: ServerResponse, answer: WireAnswer): void {
  response.writeHead(answer.status, [...answer.headers])
  response.end(answer.body)
}

async function callService(
  options: CloudOptions,
  target: 'kms' | 'events' | 'sqs',
  operation: string,
  body: Buffer,
  endpoint: string,
): Promise<WireAnswer> {
  try {
    let input: unknown
    try {
      input = JSON.parse(body.toString('utf8'))
    } catch {
      throw new ServiceError('SerializationException', 400, 'The request body is not JSON.')
    }
    const { kms, events, sqs } = options.services
    if (target === 'sqs') return jsonAnswer(target, await sqs.handle(operation, input, endpoint))
    return jsonAnswer(target, (target === 'kms' ? kms : events).handle(operation, input))
  } catch (error) {
    if (!(error instanceof ServiceError)) options.onFailure?.(error)
    return jsonError(target, error)
  }
}

/** The request, with the question what it will consume. Every call we make is a JSON object with members. */
const asking = (body: Buffer): Buffer =>
  Buffer.concat([Buffer.from('{"ReturnConsumedCapacity":"INDEXES",'), body.subarray(body.indexOf('{') + 1)])

async function callDynamodb(
  options: CloudOptions,
  proxy: DynamodbProxy,
  request: IncomingMessage,
  body: Buffer,
): Promise<WireAnswer> {
  try {
    return await proxy.pass(request, body)
  } catch (error) {
    options.onFailure?.(error)
    return jsonError(
      'dynamodb',
      new ServiceError('InternalServerError', 500, 'The database cannot be reached.'),
    )
  }
}

/** All services behind one address, told apart as their clients mark their calls. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const proxy = createDynamodbProxy(options.dynamodbUrl)
  let calls: CloudCall[] = []
  let count = 0
  const waiting = new Map<CloudTarget, Set<() => void>>()

  function finish(call: CloudCall, status: number): void {
    call.status = status
    call.endedAt = performance.now()
    for (const release of waiting.get(call.target) ?? []) release()
  }

  /** Holds a call back until another of the same service has overtaken it, or the wait is over. */
  async function overtaken(target: CloudTarget, delayMs: number): Promise<void> {
    const set = waiting.get(target) ?? new Set()
    waiting.set(target, set)
    const controller = new AbortController()
    const release = () => controller.abort()
    set.add(release)
    await sleep(delayMs, undefined, { signal: controller.signal }).catch(() => undefined)
    set.delete(release)
  }

  async function toS3(request: IncomingMessage, response: ServerResponse, call: CloudCall, fault?: Fault) {
    await options.services.s3.handle(request, response, async (status) => {
      finish(call, status)
      await options.onAnswered?.(call)
      if (fault?.kind !== 'lost-answer') return
      call.status = 0
      response.destroy()
    })
    // A caller that went away while it was sending leaves no answer to note.
    if (call.endedAt === undefined) finish(call, 0)
  }

  async function toService(request: IncomingMessage, call: CloudCall, body: Buffer): Promise<WireAnswer> {
    const { target, operation } = call
    if (target === 'dynamodb') {
      const answer = await callDynamodb(options, proxy, request, options.measured ? asking(body) : body)
      const consumed = consumedOf(answer.body)
      if (consumed) call.consumed = consumed
      return answer
    }
    if (target === 's3') throw new Error('objects are not served here')
    return callService(options, target, operation, body, `http://${request.headers.host ?? options.host}`)
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { target, operation } = classify(request)
    const startedAt = performance.now()
    const body = target === 's3' ? Buffer.alloc(0) : await readBody(request)
    const table = target === 'dynamodb' ? tablesOf(body) : undefined
    const requestBytes = target === 's3' ? Number(request.headers['content-length'] ?? 0) : body.length
    count += 1
    const call: CloudCall = {
      n: count,
      target,
      operation,
      startedAt,
      requestBytes,
      status: 0,
      ...(table && { table }),
    }
    calls.push(call)
    await options.onCall?.(call)
    const fault = options.faults.decide(target, operation)
    if (fault?.kind === 'drop') {
      finish(call, 0)
      response.destroy()
      return
    }
    if (fault?.kind === 'delay') await sleep(fault.delayMs ?? 0)
    if (fault?.kind === 'reorder') await overtaken(target, fault.delayMs ?? 50)
    const head = request.method === 'HEAD'
    const instead = fault && faultAnswer(fault.kind, { target, operation, request: body, head })
    if (target === 's3' && !instead) return toS3(request, response, call, fault)
    if (target === 's3') await drain(request)
    else if (fault?.kind === 'duplicate') await toService(request, call, body)
    const answer = instead ?? (await toService(request, call, body))
    finish(call, answer.status)
    await options.onAnswered?.(call)
    if (fault?.kind === 'lost-answer') {
      call.status = 0
      response.destroy()
    } else send(response, answer)
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!request.destroyed) options.onFailure?.(error)
      response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, () => resolve())
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${options.host}:${port}`,
    port,
    calls: () => [...calls],
    resetCalls: () => {
      calls = []
      count = 0
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      proxy.close()
    },
  }
}
