import { Agent, type IncomingMessage, request as send } from 'node:http'
import type { WireAnswer } from './json-answer.ts'

export type DynamodbProxy = {
  pass(request: IncomingMessage, body: Buffer): Promise<WireAnswer>
  close(): void
}

// These speak of one connection and not of the message.
const perConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade'])

function withoutConnection(raw: readonly string[], dropped: ReadonlySet<string>): string[] {
  const kept: string[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = raw.slice(at, at + 2)
    if (!dropped.has(name.toLowerCase())) kept.push(name, value)
  }
  return kept
}

/** Passes calls on to a DynamoDB-compatible server, the bodies byte for byte and the headers as they came. */
export function createDynamodbProxy(url: string): DynamodbProxy {
  const target = new URL(url)
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const dropped = new Set([...perConnection, 'content-length'])

  function attempt(request: IncomingMessage, body: Buffer): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      const headers = [
        ...withoutConnection(request.rawHeaders, dropped),
        'content-length',
        String(body.length),
        'connection',
        'keep-alive',
      ]
      const outgoing = send(
        {
          agent,
          hostname: target.hostname,
          port: target.port,
          method: request.method,
          path: request.url,
          headers,
        },
        (incoming) => {
          const chunks: Buffer[] = []
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
          incoming.on('error', reject)
          incoming.on('end', () => {
            const answer = Buffer.concat(chunks)
            const kept = withoutConnection(incoming.rawHeaders, dropped)
            resolve({
              status: incoming.statusCode ?? 502,
              headers: [...kept, 'content-length', String(answer.length)],
              body: answer,
            })
          })
        },
      )
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // A kept connection that the server closed just now never carried the call: it goes out on a fresh one.
        reject(Object.assign(error, { stale: outgoing.reusedSocket && error.code === 'ECONNRESET' }))
      })
      outgoing.end(body)
    })
  }

  return {
    pass: async (request, body) => {
      try {
        return await attempt(request, body)
      } catch (error) {
        if (!(error as { stale?: boolean }).stale) throw error
        return attempt(request, body)
      }
    },
    close: () => agent.destroy(),
  }
}
