import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import {
  type Dynamo,
  type Item,
  outboxItem,
  put,
  readCursor,
  transact,
  update,
  type Write,
  writeCursor,
} from '../../shared/dynamo.ts'
import { replayOf, replyKey, replyWrite } from '../../shared/replies.ts'
import { toIso } from '../../shared/time.ts'
import { readItems } from './batch-read.ts'
import { documentOf, headItem, headKey, partition } from './head-item.ts'
import type { Document, DocumentView, Opened } from './model.ts'
import type { DocumentStore, Move } from './ports.ts'

const names = { '#state': 'state', '#version': 'version', '#sequence': 'sequence' }
const cursorNames = ['pk', 'sk', 'createdAt']

/** A head is changed only from the state and version that were seen, whoever else is at it. */
const moveWrite = (table: string, seen: Document, move: Move): Write => ({
  Update: {
    TableName: table,
    Key: headKey(seen.id),
    UpdateExpression: [
      'SET #state = :to, changedAt = :at, #version = :next, #sequence = :sequence',
      move.reason === null ? '' : ', #reason = :reason',
      // A given-up upload stays listed until its object is cleared away.
      move.to === 'inspecting' ? ' REMOVE awaiting' : '',
    ].join(''),
    ConditionExpression: '#state = :from AND #version = :seen',
    ExpressionAttributeNames: { ...names, ...(move.reason === null ? {} : { '#reason': 'reason' }) },
    ExpressionAttributeValues: {
      ':from': seen.state,
      ':seen': seen.version,
      ':to': move.to,
      ':at': toIso(move.at),
      ':next': seen.version + 1,
      ':sequence': move.event?.sequence ?? seen.sequence,
      ...(move.reason === null ? {} : { ':reason': move.reason }),
    },
  },
})

const movedFrom = (seen: Document, move: Move): Document => ({
  ...seen,
  state: move.to,
  reason: move.reason,
  version: seen.version + 1,
  sequence: move.event?.sequence ?? seen.sequence,
  changedAt: toIso(move.at),
})

/** DynamoDB adapter. */
export const createDocumentStore = ({ dynamo, table }: { dynamo: Dynamo; table: string }): DocumentStore => {
  const putNew = (item: Item): Write => ({
    Put: { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
  })
  return {
    find: async (id) => {
      const { Item } = await dynamo.send(
        new GetCommand({ TableName: table, Key: headKey(id), ConsistentRead: true }),
      )
      return Item ? documentOf(Item) : undefined
    },

    findFor: async (id, command) => {
      const reply = replyKey(partition(id), command)
      const items = await readItems(dynamo, table, [headKey(id), reply])
      const head = items.find((item) => item.sk === headKey(id).sk)
      const answered = items.find((item) => item.sk === reply.sk)
      return {
        ...(head ? { document: documentOf(head) } : {}),
        ...(answered ? { answer: replayOf<DocumentView>(answered, command) } : {}),
      }
    },

    open: async (document, command, answer) => {
      const written = await transact(dynamo, [
        putNew({ ...headItem(document), awaiting: 'upload' }),
        replyWrite(table, partition(document.id), command, document.id, answer),
      ])
      if (written.ok) return { body: answer, replayed: false }
      const earlier = written.refused.get(1)
      // The id follows from caller and key, so the head cannot be there without the answer.
      if (!earlier) throw new Error('a document is there without the answer that made it')
      return replayOf<Opened>(earlier, command)
    },

    move: async (seen, move, recorded) => {
      const moved = movedFrom(seen, move)
      const written = await transact(dynamo, [
        ...(recorded
          ? [replyWrite(table, partition(seen.id), recorded.command, seen.id, recorded.answer(moved))]
          : []),
        moveWrite(table, seen, move),
        ...(move.event ? [putNew(outboxItem(partition(seen.id), move.event))] : []),
      ])
      if (written.ok) return { outcome: 'moved', document: moved }
      const earlier = recorded ? written.refused.get(0) : undefined
      if (recorded && earlier)
        return { outcome: 'repeated', answer: replayOf<DocumentView>(earlier, recorded.command) }
      return { outcome: 'overtaken' }
    },

    record: async (id, command, answer) => {
      const { Put } = replyWrite(table, partition(id), command, id, answer)
      if (!Put) throw new Error('an answer is recorded by a put')
      const written = await put(dynamo, Put)
      if (written.ok) return { body: answer, replayed: false }
      if (!written.item) throw new Error('a recorded answer is refused and not there')
      return replayOf<DocumentView>(written.item, command)
    },

    markDeleted: async (id, ownerRef, at, version) => {
      const result = await update(dynamo, {
        TableName: table,
        Key: headKey(id),
        UpdateExpression: 'SET deletedAt = :at, changedAt = :at ADD #version :one',
        ConditionExpression: [
          'ownerRef = :owner AND attribute_not_exists(deletedAt) AND attribute_not_exists(boundTo)',
          version === undefined ? '' : ' AND #version = :seen',
        ].join(''),
        ExpressionAttributeNames: { '#version': names['#version'] },
        ExpressionAttributeValues: {
          ':owner': ownerRef,
          ':at': toIso(at),
          ':one': 1,
          ...(version === undefined ? {} : { ':seen': version }),
        },
      })
      if (result.ok) return { outcome: 'deleted' }
      return { outcome: 'refused', document: result.item ? documentOf(result.item) : undefined }
    },

    uploadsBegunBefore: async (instant, { limit, after }) => {
      const start = readCursor(after, cursorNames)
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'awaiting',
          KeyConditionExpression: 'awaiting = :upload AND createdAt < :before',
          ExpressionAttributeValues: { ':upload': 'upload', ':before': toIso(instant) },
          Limit: limit,
          ...(start ? { ExclusiveStartKey: { ...start, awaiting: 'upload' } } : {}),
        }),
      )
      const next = writeCursor(LastEvaluatedKey, cursorNames)
      const ids = Items.map((item) => String(item.pk).slice(partition('').length))
      return next === null ? { ids } : { ids, next }
    },

    forgetUpload: async (id) => {
      await update(dynamo, {
        TableName: table,
        Key: headKey(id),
        UpdateExpression: 'REMOVE awaiting',
        ConditionExpression: '#state = :rejected OR attribute_exists(deletedAt)',
        ExpressionAttributeNames: { '#state': names['#state'] },
        ExpressionAttributeValues: { ':rejected': 'rejected' },
      })
    },
  }
}
