import { S3Error } from './s3-error.ts'

const maxLine = 8 * 1024

/**
 * Takes the `aws-chunked` framing off a body. Trailing headers are put into `trailers`, which is complete only
 * when the last chunk has been read.
 */
export async function* decodeChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const iterator = source[Symbol.asyncIterator]()
  let pending: Buffer = Buffer.alloc(0)

  async function more(): Promise<boolean> {
    const next = await iterator.next()
    if (next.done) return false
    pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value])
    return true
  }

  async function line(): Promise<string> {
    for (;;) {
      const end = pending.indexOf('\r\n')
      if (end >= 0) {
        const text = pending.subarray(0, end).toString('latin1')
        pending = pending.subarray(end + 2)
        return text
      }
      if (pending.length > maxLine || !(await more())) throw new S3Error('IncompleteBody')
    }
  }

  for (;;) {
    const size = /^([0-9a-fA-F]{1,12})$/.exec(await line())?.[1]
    if (size === undefined) throw new S3Error('InvalidRequest', 'The chunk framing of the body is malformed')
    let left = Number.parseInt(size, 16)
    if (left === 0) break
    while (left > 0) {
      if (pending.length === 0 && !(await more())) throw new S3Error('IncompleteBody')
      const piece = pending.subarray(0, left)
      pending = pending.subarray(piece.length)
      left -= piece.length
      yield piece
    }
    if ((await line()) !== '')
      throw new S3Error('InvalidRequest', 'The chunk framing of the body is malformed')
  }
  for (let text = await line(); text !== ''; text = await line()) {
    const at = text.indexOf(':')
    if (at <= 0 || trailers.size > 8) throw new S3Error('MalformedTrailerError')
    trailers.set(text.slice(0, at).trim().toLowerCase(), text.slice(at + 1).trim())
  }
  if (pending.length > 0 || (await more())) throw new S3Error('IncompleteBody')
}
