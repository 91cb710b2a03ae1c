import { expect, inject, test } from 'vitest'
import { contracts } from '../../functions/entries.ts'
import { judgeRecorded, readRecorded } from '../kit/recording.ts'

test('every answer met in the run is declared, and every declared one was met', () => {
  const dir = process.env.MOTCUA_ANSWERS
  // A part of the suite cannot produce every answer, so only a run of everything is judged.
  if (!inject('wholeRun') || dir === undefined) return
  expect(judgeRecorded(contracts, readRecorded(dir))).toEqual({ undeclared: [], unproduced: [] })
})
