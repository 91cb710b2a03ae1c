import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import {
  type Dynamo,
  type Item,
  readCursor,
  transact,
  update,
  type Write,
  writeCursor,
} from '../../shared/dynamo.ts'
import { AppError, invalidRequest } from '../../shared/errors.ts'
import { replayOf, replyKey, replyWrite } from '../../shared/replies.ts'
import { toIso } from '../../shared/time.ts'
import {
  type ChosenPreferences,
  type Deliveries,
  type DeliveryKey,
  defaultPreferences,
  type Inbox,
  inboxEntry,
  leaseMs,
  type NotificationStore,
  type PreferenceBook,
  preferences,
} from './model.ts'

const personKey = (person: string): string => `person#${person}`
const deliveryItemKey = (key: DeliveryKey) => ({ pk: personKey(key.person), sk: `delivery#${key.id}` })
const preferencesKey = (person: string) => ({ pk: personKey(person), sk: 'preferences' })
const inboxPrefix = 'inbox#'

const deliveriesIn = (dynamo: Dynamo, table: string): Deliveries => ({
  claim: async (key, now) => {
    const taken = await update(dynamo, {
      TableName: table,
      Key: deliveryItemKey(key),
      UpdateExpression:
        'SET #state = :pending, leaseUntil = :until, attempts = if_not_exists(attempts, :none) + :one, channel = :channel, eventId = :eventId, eventType = :eventType',
      ConditionExpression: 'attribute_not_exists(pk) OR (#state = :pending AND leaseUntil <= :now)',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':pending': 'pending',
        ':until': now + leaseMs,
        ':now': now,
        ':none': 0,
        ':one': 1,
        ':channel': key.channel,
        ':eventId': key.eventId,
        ':eventType': key.eventType,
      },
    })
    if (taken.ok) return { kind: 'claimed', attempt: Number(taken.item?.attempts) }
    return { kind: taken.item?.state === 'pending' ? 'busy' : 'settled' }
  },

  settle: async (key, attempt, how, now) => {
    const reason = how.state === 'sent' ? undefined : how.reason
    const settled = await update(dynamo, {
      TableName: table,
      Key: deliveryItemKey(key),
      UpdateExpression: `SET #state = :state, settledAt = :at${reason === undefined ? '' : ', reason = :reason'} REMOVE leaseUntil`,
      ConditionExpression: '#state = :pending AND attempts = :attempt',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':state': how.state,
        ':at': toIso(now),
        ':pending': 'pending',
        ':attempt': attempt,
        ...(reason === undefined ? {} : { ':reason': reason }),
      },
    })
    // Our own mark, written by a try whose answer was lost, is no lost claim.
    return settled.ok || (settled.item?.state === how.state && settled.item.attempts === attempt)
  },

  release: async (key, attempt) => {
    await update(dynamo, {
      TableName: table,
      Key: deliveryItemKey(key),
      UpdateExpression: 'SET leaseUntil = :none',
      ConditionExpression: '#state = :pending AND attempts = :attempt',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: { ':none': 0, ':pending': 'pending', ':attempt': attempt },
    })
  },

  deliverEntry: async (key, entry, now) => {
    const { channel, eventId, eventType } = key
    const mark = {
      ...deliveryItemKey(key),
      ...{ channel, eventId, eventType },
      ...{ state: 'sent', attempts: 1, settledAt: toIso(now) },
    }
    const item = { pk: personKey(key.person), sk: `${inboxPrefix}${toIso(entry.at)}#${entry.id}`, entry }
    const puts = [mark, item].map(
      (Item): Write => ({ Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' } }),
    )
    return (await transact(dynamo, puts)).ok
  },
})

const inboxIn = (dynamo: Dynamo, table: string): Inbox => ({
  entries: async (person, { limit, cursor }) => {
    const start = readCursor(cursor, ['sk'])
    // The engine answers a start outside of the queried range with an error of its own.
    if (start && !String(start.sk).startsWith(inboxPrefix))
      throw invalidRequest({ code: 'bad-cursor', parameter: 'cursor' })
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :inbox)',
        ExpressionAttributeValues: { ':pk': personKey(person), ':inbox': inboxPrefix },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
        ...(start ? { ExclusiveStartKey: { pk: personKey(person), ...start } } : {}),
      }),
    )
    return {
      items: (page.Items ?? []).map((item) => inboxEntry.parse(item.entry)),
      nextCursor: writeCursor(page.LastEvaluatedKey, ['sk']),
    }
  },
})

const chosenIn = (item: Item | undefined): ChosenPreferences =>
  item ? { ...preferences.parse(item), version: Number(item.version) } : defaultPreferences

/** Tries of one citizen's devices against each other; each lost round means that another one got through. */
const choiceTries = 10

const preferencesIn = (dynamo: Dynamo, table: string): PreferenceBook => {
  const read = async (key: { pk: string; sk: string }): Promise<Item | undefined> =>
    (await dynamo.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item

  const of = async (person: string): Promise<ChosenPreferences> =>
    chosenIn(await read(preferencesKey(person)))

  return {
    of,
    choose: async (person, chosen, { command, ifMatch }) => {
      for (let tries = 1; tries <= choiceTries; tries += 1) {
        // In this order: a version that our own first call made is then never seen without its recorded answer.
        const seen = await of(person)
        const recorded = await read(replyKey(personKey(person), command))
        if (recorded) return replayOf(recorded, command)
        if (ifMatch !== undefined && ifMatch !== seen.version)
          throw new AppError('version-conflict', { params: { version: seen.version } })
        const next: ChosenPreferences = { ...chosen, version: seen.version + 1 }
        const done = await transact(dynamo, [
          {
            Put: {
              TableName: table,
              Item: { ...preferencesKey(person), ...next },
              ConditionExpression: seen.version === 0 ? 'attribute_not_exists(pk)' : 'version = :seen',
              ...(seen.version === 0 ? {} : { ExpressionAttributeValues: { ':seen': seen.version } }),
            },
          },
          replyWrite(table, personKey(person), command, 'preferences', next),
        ])
        if (done.ok) return { body: next, replayed: false }
      }
      throw new AppError('unavailable', { retryAfter: 1 })
    },
  }
}

export const createNotificationStore = ({
  dynamo,
  table,
}: {
  dynamo: Dynamo
  table: string
}): NotificationStore => ({
  ...deliveriesIn(dynamo, table),
  ...inboxIn(dynamo, table),
  ...preferencesIn(dynamo, table),
})
