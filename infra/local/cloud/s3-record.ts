import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'

// A record is one file: the content, then its description as JSON, then a footer of fixed length. One rename
// publishes both together, so after a crash an object is there whole or not at all.
const magic = Buffer.from('MOTCUAS3')
const footerBytes = magic.length + 4
const maxDescription = 1024 * 1024

/** A record being written under a temporary name. */
export type Staged = { readonly path: string; readonly handle: FileHandle }

export async function stageRecord(path: string, chunks: AsyncIterable<Buffer>): Promise<Staged> {
  const handle = await open(path, 'wx', 0o600)
  const staged = { path, handle }
  try {
    for await (const chunk of chunks) {
      // One write may take only a part of the chunk.
      for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten
    }
    return staged
  } catch (error) {
    await discardRecord(staged)
    throw error
  }
}

/** Puts the description behind the content and hands both to the disk; the caller then renames the file. */
export async function sealRecord(staged: Staged, description: unknown): Promise<void> {
  const json = Buffer.from(JSON.stringify(description))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(json.length)
  try {
    await staged.handle.writeFile(Buffer.concat([json, length, magic]))
    await staged.handle.datasync()
  } catch (error) {
    await discardRecord(staged)
    throw error
  }
  await staged.handle.close()
}

export async function discardRecord(staged: Staged): Promise<void> {
  await staged.handle.close().catch(() => undefined)
  await unlink(staged.path).catch(() => undefined)
}

function readExactly(fd: number, length: number, position: number): Buffer {
  const out = Buffer.alloc(length)
  let at = 0
  while (at < length) {
    const read = readSync(fd, out, at, length - at, position + at)
    if (read === 0) throw new Error('the file ends early')
    at += read
  }
  return out
}

/** The description of a record, or undefined when the file is no whole record. */
export function readDescription(path: string): unknown {
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const size = fstatSync(fd).size
    const footer = readExactly(fd, footerBytes, size - footerBytes)
    const length = footer.readUInt32BE(0)
    if (!footer.subarray(4).equals(magic) || length > maxDescription) return undefined
    return JSON.parse(readExactly(fd, length, size - footerBytes - length).toString('utf8'))
  } catch {
    return undefined
  } finally {
    closeSync(fd)
  }
}
