import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The national records of this repository, as they lie in their files; `publishAll` checks them. */
export const readNationalRecords = (
  directory: string = fileURLToPath(new URL('data/', import.meta.url)),
): unknown[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file): unknown => JSON.parse(readFileSync(`${directory}/${file}`, 'utf8')))
