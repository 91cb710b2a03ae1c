import { S3Error } from './s3-error.ts'

const maxFields = 20 * 1024
const maxPartHeader = 8 * 1024

export type Form = {
  /** Fields by their name in lower case: S3 takes the names without regard to case. */
  readonly fields: ReadonlyMap<string, string>
  readonly fileName: string
  readonly file: AsyncIterable<Buffer>
}

function malformed(): S3Error {
  return new S3Error('MalformedPOSTRequest')
}

export function formBoundary(contentType: string | undefined): string {
  const match = /^multipart\/form-data\s*;.*?boundary=(?:"([^"\r\n]{1,200})"|([^\s;",]{1,200}))/i.exec(
    contentType ?? '',
  )
  const boundary = match?.[1] ?? match?.[2]
  if (boundary === undefined) {
    throw new S3Error('MalformedPOSTRequest', 'Bucket POST must be of the enclosure-type multipart/form-data')
  }
  return boundary
}

type Reader = {
  until(mark: Buffer, limit: number): Promise<Buffer>
  pieces(mark: Buffer): AsyncGenerator<Buffer>
  take(length: number): Promise<Buffer>
}

function createReader(source: AsyncIterable<Buffer>): Reader {
  const iterator = source[Symbol.asyncIterator]()
  // The first boundary has no line break in front of it; with this one all of them look alike.
  let pending: Buffer = Buffer.from('\r\n')
  async function more(): Promise<void> {
    const next = await iterator.next()
    if (next.done) throw malformed()
    pending = pending.length === 0 ? next.value : Buffer.concat([pending, next.value])
  }
  async function* pieces(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = pending.indexOf(mark)
      if (at >= 0) {
        const piece = pending.subarray(0, at)
        pending = pending.subarray(at + mark.length)
        if (piece.length > 0) yield piece
        return
      }
      // The tail may be the beginning of the mark.
      const safe = Math.max(0, pending.length - mark.length + 1)
      if (safe > 0) {
        const piece = pending.subarray(0, safe)
        pending = pending.subarray(safe)
        yield piece
      }
      await more()
    }
  }
  return {
    pieces,
    until: async (mark, limit) => {
      const parts: Buffer[] = []
      let size = 0
      for await (const piece of pieces(mark)) {
        size += piece.length
        if (size > limit) throw new S3Error('MaxPostPreDataLengthExceeded')
        parts.push(piece)
      }
      return Buffer.concat(parts)
    },
    take: async (length) => {
      while (pending.length < length) await more()
      const out = pending.subarray(0, length)
      pending = pending.subarray(length)
      return out
    },
  }
}

function disposition(header: string): { name: string; fileName?: string } {
  const line = header.split('\r\n').find((text) => /^content-disposition\s*:/i.test(text)) ?? ''
  const name = /;\s*name="((?:[^"\\]|\\.)*)"/i.exec(line)?.[1] ?? /;\s*name=([^\s;"]+)/i.exec(line)?.[1]
  if (!/:\s*form-data/i.test(line) || !name) throw malformed()
  const fileName = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(line)?.[1]
  return { name: name.replaceAll('%22', '"'), ...(fileName === undefined ? {} : { fileName }) }
}

/**
 * Reads the fields in front of the file and leaves the file to be streamed. Reading the file to its end also
 * verifies that nothing comes behind it.
 */
export async function readForm(source: AsyncIterable<Buffer>, boundary: string): Promise<Form> {
  const reader = createReader(source)
  const mark = Buffer.from(`\r\n--${boundary}`)
  const blank = Buffer.from('\r\n\r\n')
  const fields = new Map<string, string>()
  let budget = maxFields

  /** What follows a boundary: another part, or the end of the form. */
  async function another(): Promise<boolean> {
    const end = (await reader.take(2)).toString('latin1')
    if (end !== '--' && end !== '\r\n') throw malformed()
    return end !== '--'
  }

  if ((await reader.until(mark, 0)).length > 0 || !(await another())) throw malformed()
  for (;;) {
    const header = (await reader.until(blank, maxPartHeader)).toString('utf8')
    const { name, fileName } = disposition(header)
    const key = name.toLowerCase()
    if (key === 'file') {
      async function* file(): AsyncGenerator<Buffer> {
        yield* reader.pieces(mark)
        if (await another()) {
          throw new S3Error(
            'InvalidArgument',
            'POST requires exactly one file upload per request, as its last field.',
          )
        }
      }
      return { fields, fileName: fileName ?? '', file: file() }
    }
    if (fields.has(key)) {
      throw new S3Error('InvalidArgument', `The form field ${name} was sent more than once`, {
        ArgumentName: name,
      })
    }
    const value = await reader.until(mark, budget)
    budget -= value.length + header.length
    if (budget < 0) throw new S3Error('MaxPostPreDataLengthExceeded')
    fields.set(key, value.toString('utf8'))
    if (!(await another())) {
      throw new S3Error('InvalidArgument', 'POST requires exactly one file upload per request.', {
        ArgumentName: 'file',
        ArgumentValue: '0',
      })
    }
  }
}
