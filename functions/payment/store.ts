import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import {
  type Dynamo,
  type Item,
  outboxItem,
  put,
  readCursor,
  transact,
  type Write,
  writeCursor,
} from '../../shared/dynamo.ts'
import type { Envelope } from '../../shared/events.ts'
import { replayOf, replyKey, replyWrite } from '../../shared/replies.ts'
import type { Changed } from './judgement.ts'
import type { LedgerEntry } from './ledger.ts'
import { type FeeLock, isLive, type KeptResult, type Payment, resultKey } from './model.ts'
import type { Money, PaymentStore } from './ports.ts'

const ofDossier = (id: string): string => `dossier#${id}`
const ofPayment = (id: string): string => `payment#${id}`
const pointerKey = (id: string) => ({ pk: ofPayment(id), sk: 'dossier' })
const headKey = (dossierId: string, id: string) => ({ pk: ofDossier(dossierId), sk: `payment#${id}` })
const lockKey = (dossierId: string, feeRequestId: string) => ({
  pk: ofDossier(dossierId),
  sk: `fee#${feeRequestId}`,
})
const resultSort = (paymentId: string, key: string): string => `result#${paymentId}#${key}`
const entrySort = ({ paymentId, number }: LedgerEntry): string =>
  `entry#${paymentId}#${String(number).padStart(6, '0')}`

/** Only a payment that can still run out is in the index. */
const headItem = (payment: Payment): Item => ({
  ...headKey(payment.dossierId, payment.id),
  ...payment,
  ...(isLive(payment) ? { expiring: 'waiting' } : {}),
})
const bare = <Kept>({ pk, sk, expiring, ...kept }: Item): Kept => kept as Kept

/** DynamoDB adapter. There is no way to write a payment without naming the version that was seen. */
export const createPaymentStore = (dynamo: Dynamo, table: string): PaymentStore => {
  const getItem = async (key: Item): Promise<Item | undefined> =>
    (await dynamo.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item
  const putNew = (item: Item): Write => ({
    Put: { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
  })
  const putOver = (item: Item, seen: number): Write => ({
    Put: {
      TableName: table,
      Item: item,
      ConditionExpression: 'version = :seen',
      ExpressionAttributeValues: { ':seen': seen },
    },
  })
  const lockWrite = (before: FeeLock | undefined, after: FeeLock): Write => {
    const item = { ...lockKey(after.dossierId, after.feeRequestId), ...after }
    return before ? putOver(item, before.version) : putNew(item)
  }
  const outboxWrite = (paymentId: string, event: Envelope): Write =>
    putNew(outboxItem(ofPayment(paymentId), event))
  const changeWrites = ({ before, after, events }: Changed): Write[] => [
    putOver(headItem(after), before.version),
    ...events.map((event) => outboxWrite(after.id, event)),
  ]
  const resultItem = (partition: string, kept: KeptResult): Item => ({
    pk: partition,
    sk: resultSort(kept.paymentId, resultKey(kept)),
    ...kept,
  })
  const payment = async (dossierId: string, id: string): Promise<Payment | undefined> => {
    const item = await getItem(headKey(dossierId, id))
    return item && bare<Payment>(item)
  }
  const lockOf = async (dossierId: string, feeRequestId: string): Promise<FeeLock | undefined> => {
    const item = await getItem(lockKey(dossierId, feeRequestId))
    return item && bare<FeeLock>(item)
  }
  const dossierOf = async (id: string): Promise<Item | undefined> => getItem(pointerKey(id))

  return {
    attempts: async (dossierId, feeRequestId) => {
      const lock = await lockOf(dossierId, feeRequestId)
      return lock && { lock, current: await payment(dossierId, lock.current) }
    },

    replay: async (id, command) => {
      const item = await getItem(replyKey(ofPayment(id), command))
      return item && replayOf(item, command)
    },

    open: async ({ payment: opened, event, lock, replaced, command, answer }) => {
      const { id, dossierId, feeRequestId } = opened
      const written = await transact(dynamo, [
        putNew({ ...pointerKey(id), dossierId, feeRequestId }),
        putNew(headItem(opened)),
        outboxWrite(id, event),
        replyWrite(table, ofPayment(id), command, id, answer),
        lockWrite(lock.before, lock.after),
        ...(replaced ? changeWrites(replaced) : []),
      ])
      return written.ok ? 'opened' : 'overtaken'
    },

    find: async (id) => {
      const pointer = await dossierOf(id)
      return pointer && payment(String(pointer.dossierId), id)
    },

    standing: async (id, key) => {
      const pointer = await dossierOf(id)
      if (!pointer) return undefined
      const dossierId = String(pointer.dossierId)
      const [found, lock, kept] = await Promise.all([
        payment(dossierId, id),
        lockOf(dossierId, String(pointer.feeRequestId)),
        getItem({ pk: ofDossier(dossierId), sk: resultSort(id, key) }),
      ])
      if (!found || !lock) throw new Error('a payment without its lock')
      const rival = lock.current === id ? undefined : await payment(dossierId, lock.current)
      return { payment: found, lock, rival, kept: kept && bare<KeptResult>(kept) }
    },

    settle: async (kept, settlement) => {
      const pointer = settlement?.payment.before ?? (await dossierOf(kept.paymentId))
      const pk = ofDossier(String(pointer?.dossierId))
      const written = await transact(dynamo, [
        putNew(resultItem(pk, kept)),
        ...(settlement
          ? [
              ...changeWrites(settlement.payment),
              ...settlement.entries.map((entry) => putNew({ pk, sk: entrySort(entry), ...entry })),
              ...(settlement.lock ? [lockWrite(settlement.lock.before, settlement.lock.after)] : []),
              ...(settlement.rival ? changeWrites(settlement.rival) : []),
            ]
          : []),
      ])
      return written.ok ? 'settled' : 'overtaken'
    },

    keepStray: async (kept, entry) => {
      const item = resultItem(`stray#${kept.provider}#${kept.reference}`, kept)
      const written = await put(dynamo, {
        TableName: table,
        Item: { ...item, ...(entry ? { entry } : {}) },
        ConditionExpression: 'attribute_not_exists(pk)',
      })
      return written.ok
    },

    expire: async (change) => {
      const written = await transact(dynamo, changeWrites(change))
      return written.ok ? 'expired' : 'overtaken'
    },

    expiring: async (before, { limit, after }) => {
      const names = ['pk', 'sk', 'expiresAt']
      const start = readCursor(after, names)
      const { Items = [], LastEvaluatedKey } = await dynamo.send(
        new QueryCommand({
          TableName: table,
          IndexName: 'expiring',
          KeyConditionExpression: 'expiring = :waiting AND expiresAt < :before',
          ExpressionAttributeValues: { ':waiting': 'waiting', ':before': before },
          Limit: limit,
          ...(start ? { ExclusiveStartKey: { expiring: 'waiting', ...start } } : {}),
        }),
      )
      return {
        payments: Items.map(({ id, dossierId }) => ({ id: String(id), dossierId: String(dossierId) })),
        next: writeCursor(LastEvaluatedKey, names) ?? undefined,
      }
    },

    money: async (dossierId) => {
      const money: Money = { payments: [], results: [], entries: [], locks: [] }
      let start: Item | undefined
      do {
        const { Items = [], LastEvaluatedKey } = await dynamo.send(
          new QueryCommand({
            TableName: table,
            ConsistentRead: true,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': ofDossier(dossierId) },
            ...(start ? { ExclusiveStartKey: start } : {}),
          }),
        )
        for (const item of Items) {
          const sort = String(item.sk)
          if (sort.startsWith('payment#')) money.payments.push(bare(item))
          else if (sort.startsWith('result#')) money.results.push(bare(item))
          else if (sort.startsWith('entry#')) money.entries.push(bare(item))
          else money.locks.push(bare(item))
        }
        start = LastEvaluatedKey
      } while (start)
      return money
    },
  }
}
