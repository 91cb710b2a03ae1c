import { randomBytes } from 'node:crypto'
import { closeSync, createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { S3Error } from './s3-error.ts'
import { xmlError } from './s3-xml.ts'

/** A stretch of an open file; it is closed when the answer has gone out or cannot go out. */
export type FileSlice = { readonly fd: number; readonly start: number; readonly length: number }

export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | FileSlice
}

export function xmlAnswer(body: string, headers: Record<string, string> = {}): Answer {
  return { status: 200, headers: { 'content-type': 'application/xml', ...headers }, body }
}

export function newRequestId(): string {
  return randomBytes(8).toString('hex').toUpperCase()
}

/** S3's answer to a refusal. A failure that nobody foresaw is told as InternalError, without its inside. */
export function errorAnswer(error: unknown, resource: string, requestId: string): Answer {
  const known = error instanceof S3Error ? error : new S3Error('InternalError')
  if (known.status === 304) return { status: 304, headers: known.details }
  const body = xmlError([
    ['Code', known.code],
    ['Message', known.message],
    ...Object.entries(known.details).map(([name, value]) => [name, value] as const),
    ['Resource', resource],
    ['RequestId', requestId],
    ['HostId', 'local'],
  ])
  const headers: Record<string, string> = { 'content-type': 'application/xml' }
  if (known.code === 'InvalidRange' && known.details.ActualObjectSize) {
    headers['content-range'] = `bytes */${known.details.ActualObjectSize}`
  }
  return { status: known.status, headers, body }
}

// A browser that is still sending sees a reset instead of the refusal when the rest is not taken in. Beyond this
// much the connection is closed all the same.
const maxDrained = 16 * 1024 * 1024

/** Reads what is left of a refused body, within a limit; answers whether the connection may be kept. */
export async function drain(request: IncomingMessage): Promise<boolean> {
  if (request.complete && request.readableEnded) return true
  let left = maxDrained
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      left -= chunk.length
      if (left < 0) return false
    }
    return true
  } catch {
    return false
  }
}

/** Gives up an answer that will not be sent. */
export function discardAnswer(answer: Answer): void {
  if (typeof answer.body === 'object') closeSync(answer.body.fd)
}

export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  options: { head: boolean; requestId: string; date: Date; keep: boolean },
): Promise<void> {
  const { body } = answer
  const file = typeof body === 'object' ? body : undefined
  try {
    if (response.destroyed || response.writableEnded) return
    const bytes = typeof body === 'string' ? Buffer.from(body) : undefined
    const length = file?.length ?? bytes?.length ?? 0
    response.sendDate = false
    const standing: Record<string, string> = {
      date: options.date.toUTCString(),
      server: 'AmazonS3',
      'x-amz-request-id': options.requestId,
      'x-amz-id-2': 'local',
    }
    if (answer.status !== 204 && answer.status !== 304) standing['content-length'] = String(length)
    if (!options.keep) standing.connection = 'close'
    response.writeHead(answer.status, { ...standing, ...answer.headers })
    if (options.head || length === 0 || !file) {
      response.end(options.head ? undefined : bytes)
      return
    }
    const source = createReadStream('', {
      fd: file.fd,
      autoClose: false,
      start: file.start,
      end: file.start + file.length - 1,
    })
    await pipeline(source, response)
  } finally {
    if (file) closeSync(file.fd)
  }
}
