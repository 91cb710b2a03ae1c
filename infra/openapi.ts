import { globSync, writeFileSync } from 'node:fs'
import { contracts } from '../functions/entries.ts'
import type { EventDefinition } from '../shared/events.ts'
import { openApiOf } from '../shared/openapi.ts'
import type { OpenApi } from '../shared/openapi-document.ts'
import { apiInfo } from './openapi-text.ts'

const root = new URL('../', import.meta.url)

/** Where the document is kept. The reference page and `GET /v1/openapi.json` serve this file. */
export const openApiFile = new URL('docs/openapi.json', root)

const isEvent = (value: unknown): value is EventDefinition =>
  typeof value === 'object' && value !== null && 'type' in value && 'description' in value && 'data' in value

/** Every event of every context. Looked for, not listed, so that none can be forgotten. */
const everyEvent = async (): Promise<EventDefinition[]> => {
  const files = globSync('functions/*/events.ts', { cwd: root }).toSorted()
  const modules = await Promise.all(files.map((file) => import(new URL(file, root).href)))
  return modules.flatMap((module: object) => Object.values(module).filter(isEvent))
}

/** The document of the whole API as the code stands now. */
export const describeApi = async (): Promise<OpenApi> => openApiOf(contracts, await everyEvent(), apiInfo)

export const openApiText = (document: OpenApi): string => `${JSON.stringify(document, null, 2)}\n`

if (import.meta.main) {
  writeFileSync(openApiFile, openApiText(await describeApi()))
  console.log('docs/openapi.json is written')
}
