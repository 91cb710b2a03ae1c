import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { replayOf, replyFields, replyKey, replyWrite } from '../../shared/replies.ts'
import { runs } from '../kit/runs.ts'

const command = { scope: 'scope-1', body: 'hash-1' }

describe('a recorded answer', () => {
  it('comes back as it was given, and says that it is a repeat', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const kept = JSON.parse(JSON.stringify(body))
        expect(replayOf(replyFields(command, 'n1', body), command)).toEqual({ body: kept, replayed: true })
      }),
      { numRuns: runs(200) },
    )
  })

  it('keeps Vietnamese and large answers, in less room', () => {
    const body = Array.from({ length: 500 }, (_, n) => ({ code: `mục-${n}`, note: 'Giấy chứng sinh ệ' }))
    const fields = replyFields(command, 'n1', body)
    expect(replayOf(fields, command).body).toEqual(body)
    expect((fields.answer as Uint8Array).byteLength).toBeLessThan(JSON.stringify(body).length / 3)
  })

  it('is not given to the same key with another body', () => {
    const item = replyFields(command, 'dossier-1', { secret: 'x' })
    const replay = () => replayOf(item, { ...command, body: 'hash-2' })
    expect(replay).toThrow(AppError)
    try {
      replay()
    } catch (error) {
      expect(error).toMatchObject({
        code: 'idempotency-key-reused',
        details: { params: { existing: 'dossier-1' }, extensions: { existing: 'dossier-1' } },
      })
      expect(JSON.stringify(error)).not.toContain('secret')
    }
  })

  it('lies beside what the command made, and is written once', () => {
    const write = replyWrite('table', 'dossier#1', command, 'dossier-1', { a: 1 })
    expect(replyKey('dossier#1', command)).toEqual({ pk: 'dossier#1', sk: 'reply#scope-1' })
    expect(write.Put).toMatchObject({
      TableName: 'table',
      Item: { pk: 'dossier#1', sk: 'reply#scope-1', bodyHash: 'hash-1', existing: 'dossier-1' },
      ConditionExpression: 'attribute_not_exists(pk)',
    })
    expect(replayOf(write.Put?.Item ?? {}, command).body).toEqual({ a: 1 })
  })
})
