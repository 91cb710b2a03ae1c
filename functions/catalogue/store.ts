import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { type Dynamo, type Item, outboxItem, transact, type Write } from '../../shared/dynamo.ts'
import { eventOf, type Place } from '../../shared/events.ts'
import { toIso } from '../../shared/time.ts'
import { procedurePublished } from './events.ts'
import type {
  CatalogueStore,
  Head,
  ListEntry,
  Publication,
  PublishedProcedure,
  VersionLine,
} from './model.ts'

const partition = (code: string): string => `procedure#${code}`
const versionKey = (number: number): string => `version#${String(number).padStart(4, '0')}`
const listPartition = 'list'
const absent = 'attribute_not_exists(pk)'

const headOf = (code: string, item: Item | undefined): Head | undefined =>
  item && { code, sequence: item.sequence as number, versions: item.versions as VersionLine[] }

/** Reads the catalogue; `place` is needed by whoever publishes, since it stands in the event. */
export const createCatalogueReader = (dynamo: Dynamo, table: string): Omit<CatalogueStore, 'publish'> => {
  const read = async (code: string, sk: string): Promise<Item | undefined> => {
    const Key = { pk: partition(code), sk }
    return (await dynamo.send(new GetCommand({ TableName: table, Key, ConsistentRead: true }))).Item
  }
  return {
    head: async (code) => headOf(code, await read(code, 'head')),

    version: async (code, number) => {
      const item = await read(code, versionKey(number))
      // Not checked against today's schema: what was valid when it was published stays readable for ever.
      return item && (JSON.parse(item.body as string) as PublishedProcedure)
    },

    entries: async (after, most) => {
      const page = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :list',
          ExpressionAttributeValues: { ':list': listPartition },
          Limit: most,
          ...(after === undefined ? {} : { ExclusiveStartKey: { pk: listPartition, sk: after } }),
        }),
      )
      const entries = (page.Items ?? []).map((item) => ({
        code: item.sk as string,
        versions: item.versions as ListEntry['versions'],
      }))
      return { entries, more: page.LastEvaluatedKey !== undefined }
    },
  }
}

const headWrite = (TableName: string, { procedure, contentHash, seen }: Publication): Write => {
  const { code, version, validFrom } = procedure
  const line: VersionLine = { number: version, validFrom, contentHash }
  return {
    Put: {
      TableName,
      Item: {
        pk: partition(code),
        sk: 'head',
        sequence: (seen?.sequence ?? 0) + 1,
        versions: [...(seen?.versions ?? []), line],
      },
      ...(seen
        ? {
            ConditionExpression: '#sequence = :seen',
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: { ':seen': seen.sequence },
          }
        : { ConditionExpression: absent }),
    },
  }
}

const eventWrite = (TableName: string, place: Place, publication: Publication): Write => {
  const { code, version, validFrom, publishedAt } = publication.procedure
  const event = eventOf(
    procedurePublished,
    place,
    {
      subject: `procedure/${code}`,
      sequence: (publication.seen?.sequence ?? 0) + 1,
      at: publishedAt,
      correlationId: publication.correlationId,
    },
    { code, version, validFrom: toIso(validFrom) },
  )
  return { Put: { TableName, Item: outboxItem(partition(code), event), ConditionExpression: absent } }
}

export const createCatalogueStore = (dynamo: Dynamo, table: string, place: Place): CatalogueStore => ({
  ...createCatalogueReader(dynamo, table),

  publish: async (publication) => {
    const { procedure, entry } = publication
    const versionItem = {
      pk: partition(procedure.code),
      sk: versionKey(procedure.version),
      body: JSON.stringify(procedure),
    }
    const result = await transact(dynamo, [
      headWrite(table, publication),
      { Put: { TableName: table, Item: versionItem, ConditionExpression: absent } },
      { Put: { TableName: table, Item: { pk: listPartition, sk: entry.code, versions: entry.versions } } },
      eventWrite(table, place, publication),
    ])
    return result.ok
  },
})
