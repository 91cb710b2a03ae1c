import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import {
  type Dynamo,
  type Item,
  outboxItem,
  readCursor,
  transact,
  update,
  type Write,
  writeCursor,
} from '../../shared/dynamo.ts'
import { invalidRequest } from '../../shared/errors.ts'
import { replayOf, replyKey, replyWrite } from '../../shared/replies.ts'
import type { HistoryLine } from './history.ts'
import type { Attachment, Content, Head } from './model.ts'
import type { Claimed, DossierStore, Finished, Step } from './ports.ts'
import { receiptOf, type StoredReceipt, storedReceipt } from './receipt.ts'
import { sourcesOf } from './transitions.ts'

const partition = (id: string): string => `dossier#${id}`
const headKey = (id: string) => ({ pk: partition(id), sk: 'dossier#head' })
const contentKey = (id: string) => ({ pk: partition(id), sk: 'dossier#content' })
const one = (pk: string) => ({ pk, sk: 'item' })

const headItem = (head: Head): Item => ({
  ...headKey(head.id),
  ...head,
  ownerSort: `${head.createdAt}#${head.id}`,
})

const headOf = (item: Item): Head => {
  const { pk, sk, ownerSort, ...head } = item
  return head as unknown as Head
}

// Answers are kept as text: DynamoDB would refuse or change some of what JSON allows (empty keys, big numbers).
const contentItem = (id: string, { answers, components, aside, ...rest }: Content): Item => ({
  ...contentKey(id),
  ...rest,
  content: JSON.stringify({ answers, components, aside }),
})

const contentOf = ({ pk, sk, content, ...rest }: Item): Content =>
  ({ ...rest, ...JSON.parse(content as string) }) as Content

const historyPrefix = 'history#'
const lineKey = (seq: number): string => `${historyPrefix}${String(seq).padStart(10, '0')}`

/** DynamoDB adapter. `bind` gives the write that ties a document to the dossier in the same transaction. */
export const createDossierStore = (
  dynamo: Dynamo,
  table: string,
  bind: (file: Attachment, ownerRef: string, dossierId: string) => Write,
): DossierStore => {
  const putNew = (item: Item): Write => ({
    Put: { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
  })
  const getItem = async (key: Item): Promise<Item | undefined> =>
    (await dynamo.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item

  const traces = ({ head, line, event, command, answer }: Step): Write[] => [
    putNew({ pk: partition(head.id), sk: lineKey(line.seq), ...line }),
    putNew(outboxItem(partition(head.id), event)),
    replyWrite(table, partition(head.id), command, head.id, answer),
  ]

  const store: DossierStore = {
    create: async (step) => {
      const { head, content, command } = step
      const written = await transact(dynamo, [
        putNew(headItem(head)),
        putNew(contentItem(head.id, content)),
        ...traces(step),
      ])
      return written.ok ? undefined : store.replay(head.id, command)
    },

    load: async (id) => {
      const { Items = [] } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :parts)',
          ExpressionAttributeValues: { ':pk': partition(id), ':parts': 'dossier#' },
        }),
      )
      const [content, head] = Items
      return content && head ? { head: headOf(head), content: contentOf(content) } : undefined
    },

    head: async (id) => {
      const item = await getItem(headKey(id))
      return item && headOf(item)
    },

    content: async (id) => {
      const item = await getItem(contentKey(id))
      return item && contentOf(item)
    },

    isClaimed: async (id, now) => {
      const head = await store.head(id)
      return head?.claim !== undefined && head.claim.until >= now
    },

    redraft: async (before, head, content, now) => {
      const written = await transact(dynamo, [
        {
          Put: {
            TableName: table,
            Item: headItem(head),
            ConditionExpression:
              '#state = :draft AND version = :seen AND (attribute_not_exists(claim) OR claim.#until < :now)',
            ExpressionAttributeNames: { '#state': 'state', '#until': 'until' },
            ExpressionAttributeValues: { ':draft': 'draft', ':seen': before.version, ':now': now },
          },
        },
        { Put: { TableName: table, Item: contentItem(head.id, content) } },
      ])
      return written.ok ? 'saved' : 'changed'
    },

    claim: async (id, { ownerRef, claim, now, ifMatch }): Promise<Claimed> => {
      const from = sourcesOf('submit')
      const asked = await update(dynamo, {
        TableName: table,
        Key: headKey(id),
        UpdateExpression: 'SET claim = :claim',
        ConditionExpression: `ownerRef = :owner AND #state IN (${from.map((_, i) => `:from${i}`).join()}) AND (attribute_not_exists(claim) OR claim.#until < :now)${ifMatch === undefined ? '' : ' AND version = :seen'}`,
        ExpressionAttributeNames: { '#state': 'state', '#until': 'until' },
        ExpressionAttributeValues: {
          ':claim': claim,
          ':owner': ownerRef,
          ':now': now,
          ...Object.fromEntries(from.map((state, i) => [`:from${i}`, state])),
          ...(ifMatch === undefined ? {} : { ':seen': ifMatch }),
        },
      })
      if (asked.ok && asked.item) return { kind: 'claimed', head: headOf(asked.item) }
      if (!asked.item || asked.item.ownerRef !== ownerRef) return { kind: 'absent' }
      const head = headOf(asked.item)
      if (!from.includes(head.state)) return { kind: 'closed', head }
      if (head.claim && head.claim.until >= now) return { kind: 'busy' }
      return { kind: 'changed', head }
    },

    release: async (id, token, reservedCode) => {
      await update(dynamo, {
        TableName: table,
        Key: headKey(id),
        UpdateExpression: `REMOVE claim${reservedCode === undefined ? '' : ' SET reservedCode = :code'}`,
        ConditionExpression: 'claim.#token = :token',
        ExpressionAttributeNames: { '#token': 'token' },
        ExpressionAttributeValues: {
          ':token': token,
          ...(reservedCode === undefined ? {} : { ':code': reservedCode }),
        },
      })
    },

    nextNumber: async (agency, date) => {
      const counted = await update(dynamo, {
        TableName: table,
        Key: one(`counter#${agency}#${date}`),
        UpdateExpression: 'ADD running :one',
        ExpressionAttributeValues: { ':one': 1 },
      })
      return Number(counted.item?.running)
    },

    finish: async ({ claim, code, receipt, files, ...step }): Promise<Finished> => {
      const { head } = step
      const distinct = [...new Map(files.map((file) => [file.documentId, file])).values()]
      const from = sourcesOf('submit')
      const own: Write[] = [
        {
          Put: {
            TableName: table,
            Item: headItem(head),
            ConditionExpression: `claim.#token = :token AND version = :seen AND #state IN (${from.map((_, i) => `:from${i}`).join()})`,
            ExpressionAttributeNames: { '#token': 'token', '#state': 'state' },
            ExpressionAttributeValues: {
              ':token': claim.token,
              ':seen': head.version - 1,
              ...Object.fromEntries(from.map((state, i) => [`:from${i}`, state])),
            },
          },
        },
        putNew({ ...one(`code#${code}`), dossierId: head.id }),
        putNew({ ...one(`receipt#${receipt.id}`), dossierId: head.id, ...storedReceipt(receipt) }),
        ...traces(step),
      ]
      const written = await transact(dynamo, [
        ...own,
        ...distinct.map((file) => bind(file, head.ownerRef, head.id)),
      ])
      if (written.ok) return { kind: 'done' }
      if (written.refused.has(0)) {
        // Our own earlier try may have been carried out while its answer was lost.
        const met = written.refused.get(0)
        return met?.receiptId === receipt.id ? { kind: 'done' } : { kind: 'lost' }
      }
      if (written.refused.has(1)) return { kind: 'code-taken' }
      const documentIds = distinct.flatMap((file, index) =>
        written.refused.has(own.length + index) ? [file.documentId] : [],
      )
      return documentIds.length > 0 ? { kind: 'files', documentIds } : { kind: 'lost' }
    },

    replay: async (id, command) => {
      const item = await getItem(replyKey(partition(id), command))
      return item && replayOf(item, command)
    },

    history: async (id, { limit, cursor }) => {
      const start = readCursor(cursor, ['sk'])
      // DynamoDB answers a start outside of the queried range with an error of its own.
      if (start && !String(start.sk).startsWith(historyPrefix))
        throw invalidRequest({ code: 'bad-cursor', parameter: 'cursor' })
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :lines)',
          ExpressionAttributeValues: { ':pk': partition(id), ':lines': historyPrefix },
          Limit: limit,
          ...(start ? { ExclusiveStartKey: { pk: partition(id), ...start } } : {}),
        }),
      )
      const items = Items.map(({ pk, sk, ...line }) => line as unknown as HistoryLine)
      return { items, nextCursor: writeCursor(LastEvaluatedKey, ['sk']) }
    },

    ofOwner: async (ownerRef, { limit, cursor }) => {
      const names = ['pk', 'sk', 'ownerSort']
      const start = readCursor(cursor, names)
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'owner',
          KeyConditionExpression: 'ownerRef = :owner',
          ExpressionAttributeValues: { ':owner': ownerRef },
          ScanIndexForward: false,
          Limit: limit,
          ...(start ? { ExclusiveStartKey: { ownerRef, ...start } } : {}),
        }),
      )
      return { items: Items.map(headOf), nextCursor: writeCursor(LastEvaluatedKey, names) }
    },

    idOfCode: async (code) => (await getItem(one(`code#${code}`)))?.dossierId as string | undefined,

    receipt: async (id) => {
      const item = await getItem(one(`receipt#${id}`))
      if (!item) return undefined
      const { dossierId, ...stored } = item as unknown as StoredReceipt & { dossierId: string }
      return { dossierId, receipt: receiptOf(stored) }
    },

    bookTry: async (code, hour, removeAfter) => {
      const booked = await update(dynamo, {
        TableName: table,
        Key: one(`tries#${code}#${hour}`),
        UpdateExpression: 'SET #ttl = :ttl ADD tries :one',
        ConditionExpression: 'attribute_not_exists(tries) OR tries < :most',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':ttl': removeAfter, ':one': 1, ':most': 10 },
      })
      return booked.ok
    },

    unbookTry: async (code, hour) => {
      await update(dynamo, {
        TableName: table,
        Key: one(`tries#${code}#${hour}`),
        UpdateExpression: 'ADD tries :back',
        ConditionExpression: 'tries > :none',
        ExpressionAttributeValues: { ':back': -1, ':none': 0 },
      })
    },
  }
  return store
}
