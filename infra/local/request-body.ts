import type { IncomingMessage } from 'node:http'

/** What is read and thrown away behind a body too large, so that its sender gets to see the answer. */
const patience = 64 * 1024 * 1024

/** The body of a request; `too-large` beyond the limit; `gone` when the client went away while it sent. */
export const readBody = async (
  request: IncomingMessage,
  limit: number,
): Promise<Buffer | 'too-large' | 'gone'> => {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else chunks.length = 0
      if (size > limit + patience) return 'gone'
    }
  } catch {
    return 'gone'
  }
  return size > limit ? 'too-large' : Buffer.concat(chunks)
}
