import { setTimeout as sleep } from 'node:timers/promises'
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb'
import type { Dynamo, Item } from '../../shared/dynamo.ts'

type Key = { pk: string; sk: string }

const most = 100
const tries = 8

const readPage = async (dynamo: Dynamo, table: string, keys: readonly Key[]): Promise<Item[]> => {
  const items: Item[] = []
  let asked: Record<string, unknown>[] = [...keys]
  for (let attempt = 1; asked.length > 0; attempt += 1) {
    const answer = await dynamo.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: asked, ConsistentRead: true } } }),
    )
    items.push(...(answer.Responses?.[table] ?? []))
    // A throttled batch answers in part. An item left out here would look deleted, so never give it up quietly.
    asked = answer.UnprocessedKeys?.[table]?.Keys ?? []
    if (asked.length === 0) break
    if (attempt === tries)
      throw Object.assign(new Error('the table answers in part only'), { name: 'ThrottlingException' })
    await sleep(Math.random() * 20 * 2 ** attempt)
  }
  return items
}

/** All items of these keys that exist, as last written, in no order. */
export const readItems = async (dynamo: Dynamo, table: string, keys: readonly Key[]): Promise<Item[]> => {
  const pages: Promise<Item[]>[] = []
  for (let at = 0; at < keys.length; at += most)
    pages.push(readPage(dynamo, table, keys.slice(at, at + most)))
  return (await Promise.all(pages)).flat()
}
