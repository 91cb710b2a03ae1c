import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { defineContract } from '../../shared/contract.ts'
import { judgeRecorded, readRecorded, recordAnswer } from '../kit/recording.ts'

const look = defineContract({
  id: 'look',
  method: 'GET',
  path: '/v1/look',
  auth: ['citizen'],
  tag: 'public',
  summary: { vi: 'Xem', en: 'Look' },
  response: { status: 200, schema: z.object({}) },
  errors: ['not-found'],
  idempotent: false,
})

const all = [
  'look 200 -',
  'look 404 not-found',
  'look 400 preview-not-supported',
  'look 401 unauthenticated',
  'look 403 forbidden',
  'look 422 invalid-request',
]

describe('the judgement', () => {
  test('is content when exactly the declared answers were met', () => {
    expect(judgeRecorded([look], all)).toEqual({ undeclared: [], unproduced: [] })
  })

  test.each(all)('misses %s', (line) => {
    const others = all.filter((one) => one !== line)
    expect(judgeRecorded([look], others)).toEqual({ undeclared: [], unproduced: [line] })
  })

  test.each([
    ['a code of another endpoint', 'look 409 document-in-use'],
    ['a declared code with another status', 'look 400 not-found'],
    ['a fault of ours', 'look 500 internal'],
    ['a problem of ours with a status of the gateway', 'look 429 too-many-requests'],
    ['another success', 'look 201 -'],
    ['a refusal without a problem document', 'look 404 -'],
    ['an unknown contract', 'other 200 -'],
  ])('names %s', (_, line) => {
    expect(judgeRecorded([look], [...all, line]).undeclared).toEqual([line])
  })

  test.each(['look 503 unavailable', 'look 413 -', 'look 429 -', 'look 431 -', 'look 503 -'])(
    'lets %s pass, which any request can meet',
    (line) => {
      expect(judgeRecorded([look], [...all, line]).undeclared).toEqual([])
    },
  )
})

describe('the notes', () => {
  let dir = ''
  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'notes-')), 'made-when-needed')
  })
  afterEach(() => rmSync(join(dir, '..'), { recursive: true }))

  test('are read back once each, whichever process wrote them', () => {
    recordAnswer(dir, { contract: 'look', status: 200, code: null })
    recordAnswer(dir, { contract: 'look', status: 200, code: null })
    recordAnswer(dir, { contract: 'look', status: 404, code: 'not-found' })
    const kit = new URL('../kit/recording.ts', import.meta.url).href
    const other = `import { recordAnswer } from '${kit}'
      recordAnswer(process.argv[1], { contract: 'look', status: 200, code: null })
      recordAnswer(process.argv[1], { contract: 'look', status: 401, code: 'unauthenticated' })`
    const run = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', other, dir])
    expect(run.stderr.toString()).toBe('')
    expect(readRecorded(dir).toSorted()).toEqual([
      'look 200 -',
      'look 401 unauthenticated',
      'look 404 not-found',
    ])
  })
})
