import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type * as z from 'zod'

/** What a JSON file holds, or undefined when there is none. A damaged file stops the start: it is never guessed. */
export const readJsonFile = <S extends z.ZodType>(path: string, schema: S): z.output<S> | undefined => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw new Error(`${path} is damaged. Mend it or delete it, then start again.`)
  }
}

/** Replaces a file in one step, so that a kill at any moment leaves the old one or the new one. */
export const writeJsonFile = (path: string, value: unknown): void => {
  const temporary = `${path}.new`
  const file = openSync(temporary, 'w', 0o600)
  try {
    writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}
