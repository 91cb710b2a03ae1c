import {
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Dynamo,
  outboxItem,
  put,
  readCursor,
  transact,
  unpublished,
  update,
  type Write,
  writeCursor,
} from '../../shared/dynamo.ts'
import { AppError } from '../../shared/errors.ts'
import type { Envelope } from '../../shared/events.ts'
import { runs } from '../kit/runs.ts'

type Answer = { error: unknown } | { answer: object }

/** A table that answers each call with the next of these; afterwards everything succeeds. */
const answering = (...answers: Answer[]) => {
  const sent: { input: Record<string, unknown> }[] = []
  const send = async (command: { input: Record<string, unknown> }) => {
    sent.push(command)
    const next = answers[sent.length - 1] ?? { answer: {} }
    if ('error' in next) throw next.error
    return next.answer
  }
  return { dynamo: { send } as unknown as Dynamo, sent }
}

const meta = { $metadata: {}, message: 'no' }
type Reasons = TransactionCanceledException['CancellationReasons']
const cancelled = (...CancellationReasons: NonNullable<Reasons>): Answer => ({
  error: new TransactionCanceledException({ ...meta, CancellationReasons }),
})
const conflict = cancelled({ Code: 'None' }, { Code: 'TransactionConflict' })
const writes: Write[] = [
  { Put: { TableName: 't', Item: { pk: 'a' } } },
  { Update: { TableName: 't', Key: { pk: 'b' }, UpdateExpression: 'SET x = :x' } },
]

describe('a transaction', () => {
  it('asks for the old item of every write that may be refused', async () => {
    const { dynamo, sent } = answering()
    expect(await transact(dynamo, writes)).toEqual({ ok: true })
    const items = sent[0]?.input.TransactItems as Record<string, object>[]
    expect(items.map((item) => Object.keys(item)[0])).toEqual(['Put', 'Update'])
    for (const item of items)
      expect(Object.values(item)[0]).toMatchObject({
        TableName: 't',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
  })

  it('that meets another one is tried again, the same', async () => {
    const { dynamo, sent } = answering(conflict, conflict, conflict)
    expect(await transact(dynamo, writes)).toEqual({ ok: true })
    expect(sent).toHaveLength(4)
    expect(new Set(sent.map(({ input }) => JSON.stringify(input))).size).toBe(1)
  })

  it('gives up when the other ones never end, and says so', { timeout: 30_000 }, async () => {
    const { dynamo, sent } = answering(...Array.from({ length: 20 }, () => conflict))
    await expect(transact(dynamo, writes)).rejects.toBeInstanceOf(TransactionCanceledException)
    expect(sent).toHaveLength(8)
  })

  it('that is refused hands back which write met what', async () => {
    const { dynamo, sent } = answering(
      cancelled(
        { Code: 'ConditionalCheckFailed', Item: marshall({ pk: 'a', n: 1 }) },
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed' },
      ),
    )
    const result = await transact(dynamo, writes)
    expect(result).toEqual({
      ok: false,
      refused: new Map([
        [0, { pk: 'a', n: 1 }],
        [2, undefined],
      ]),
    })
    expect(sent).toHaveLength(1)
  })

  it('that is refused and in conflict is refused: a verdict does not pass', async () => {
    const { dynamo } = answering(
      cancelled({ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' }),
    )
    expect(await transact(dynamo, writes)).toEqual({ ok: false, refused: new Map([[1, undefined]]) })
  })

  it.each(['ValidationError', 'ItemCollectionSizeLimitExceeded', 'DuplicateItem'])(
    '%s is no conflict and is thrown at once',
    async (Code) => {
      const { dynamo, sent } = answering(cancelled({ Code: 'TransactionConflict' }, { Code }))
      await expect(transact(dynamo, writes)).rejects.toThrow('no')
      expect(sent).toHaveLength(1)
    },
  )

  it.each([
    ['a service error', new DynamoDBServiceException({ ...meta, name: 'X', $fault: 'server' })],
    ['a lost connection', Object.assign(new Error('x'), { code: 'ECONNRESET' })],
    ['anything', 'x'],
  ])('%s passes, and nothing is tried again', async (_, error) => {
    const { dynamo, sent } = answering({ error })
    await expect(transact(dynamo, writes)).rejects.toBe(error)
    expect(sent).toHaveLength(1)
  })
})

describe.each([
  ['put', put, { TableName: 't', Item: { pk: 'a' } }],
  ['update', update, { TableName: 't', Key: { pk: 'a' } }],
] as const)('%s', (_, write, input) => {
  const act = (dynamo: Dynamo) =>
    (write as (dynamo: Dynamo, input: object) => ReturnType<typeof put>)(dynamo, input)
  const refusedWith = (Item?: Record<string, unknown>): Answer => ({
    error: new ConditionalCheckFailedException({ ...meta, ...(Item ? { Item: marshall(Item) } : {}) }),
  })

  it('that is refused hands back what it met', async () => {
    const met = answering(refusedWith({ pk: 'a', n: 2 }))
    expect(await act(met.dynamo)).toEqual({ ok: false, item: { pk: 'a', n: 2 } })
    expect(met.sent[0]?.input).toMatchObject({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })
    expect(await act(answering(refusedWith()).dynamo)).toEqual({ ok: false, item: undefined })
  })

  it('passes every other error', async () => {
    const error = new Error('x')
    await expect(act(answering({ error }).dynamo)).rejects.toBe(error)
  })

  it('that succeeds says so', async () => {
    expect((await act(answering({ answer: { Attributes: { pk: 'a' } } }).dynamo)).ok).toBe(true)
  })
})

describe('a cursor', () => {
  const names = ['sk', 'sort']
  const refusal = (cursor: string): unknown => {
    try {
      return readCursor(cursor, names)
    } catch (error) {
      return error
    }
  }

  it('leads back to where the page ended', () => {
    const part = fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' })
    fc.assert(
      fc.property(part, part, fc.string(), (sk, sort, pk) => {
        const cursor = writeCursor({ pk, sk, sort, more: 1 }, names)
        expect(cursor).toMatch(/^[\w-]+$/)
        expect(readCursor(cursor ?? '', names)).toEqual({ sk, sort })
      }),
      { numRuns: runs(200) },
    )
  })

  it('is null at the end, and absent at the beginning', () => {
    expect(writeCursor(undefined, names)).toBeNull()
    expect(readCursor(undefined, names)).toBeUndefined()
  })

  it('never holds the partition, and never names one', () => {
    expect(
      Buffer.from(writeCursor({ pk: 'secret', sk: 'a', sort: 'b' }, names) ?? '', 'base64url').toString(),
    ).toBe('["a","b"]')
    const json = fc.oneof(
      fc.jsonValue(),
      fc.array(fc.string(), { maxLength: 4 }),
      fc.record({ pk: fc.string(), sk: fc.string(), sort: fc.string() }),
    )
    fc.assert(
      fc.property(json, (value) => {
        const read = refusal(Buffer.from(JSON.stringify(value)).toString('base64url'))
        if (read instanceof AppError) return
        expect(Object.keys(read as object)).toEqual(names)
        expect(Object.values(read as object).every((part) => typeof part === 'string' && part !== '')).toBe(
          true,
        )
      }),
      { numRuns: runs(500) },
    )
  })

  it.each([
    ['nothing', ''],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{').toString('base64url')],
    ['no list', Buffer.from('{"0":"a","1":"b","length":2}').toString('base64url')],
    ['too few', writeCursor({ sk: 'a' }, ['sk']) ?? ''],
    ['too many', writeCursor({ sk: 'a', sort: 'b', pk: 'c' }, ['sk', 'sort', 'pk']) ?? ''],
    ['a number', Buffer.from('["a",1]').toString('base64url')],
    ['null', Buffer.from('["a",null]').toString('base64url')],
    ['an empty key', Buffer.from('["a",""]').toString('base64url')],
    ['a key longer than the table takes', writeCursor({ sk: 'ệ'.repeat(342), sort: 'b' }, names) ?? ''],
  ])('%s is 422 and named', (_, cursor) => {
    expect(refusal(cursor)).toMatchObject({
      code: 'invalid-request',
      details: { errors: [{ code: 'bad-cursor', parameter: 'cursor' }] },
    })
  })

  it('that was tampered with is refused or another place, and never a fault of ours', () => {
    const tampered = fc
      .tuple(fc.string({ minLength: 1 }), fc.nat(60), fc.string({ maxLength: 3 }))
      .map(([sk, at, put]) => {
        const cursor = writeCursor({ sk, sort: sk }, names) ?? ''
        return cursor.slice(0, at) + put + cursor.slice(at + 1)
      })
    fc.assert(
      fc.property(fc.oneof(tampered, fc.string({ unit: 'binary' })), (cursor) => {
        const read = refusal(cursor)
        if (read instanceof Error) expect(read).toMatchObject({ code: 'invalid-request' })
        else expect(Object.keys(read as object)).toEqual(names)
      }),
      { numRuns: runs(500) },
    )
  })
})

it('an event waits in the outbox beside its subject, in the order of its sequence', () => {
  const event = (sequence: number) => ({ id: 'e', time: '2026', sequence }) as Envelope
  const keys = [1, 2, 9, 10, 11, 100, 4_000_000_000].map((n) => String(outboxItem('p', event(n)).sk))
  expect(keys).toEqual(keys.toSorted())
  expect(outboxItem('p', event(7))).toEqual({
    pk: 'p',
    sk: 'event#0000000007',
    [unpublished.partition]: 'waiting',
    [unpublished.sort]: '2026#e',
    event: event(7),
  })
})
