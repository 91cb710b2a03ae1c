import { describe, expect, it } from 'vitest'
import { documentStates } from '../../../functions/document/model.ts'
import { documentEvents, next } from '../../../functions/document/transitions.ts'

describe('the life of a document', () => {
  it('is this table', () => {
    const rows = documentStates.map((state) =>
      [state, ...documentEvents.map((event) => next(state, event) ?? '-')].join(' '),
    )
    expect([`state ${documentEvents.join(' ')}`, ...rows]).toEqual([
      'state complete accept reject delay abandon',
      'awaiting-upload inspecting - - - rejected',
      'inspecting - clean rejected scan-delayed -',
      'clean - - - - -',
      'rejected - - - - -',
      'scan-delayed - clean rejected - -',
    ])
  })
})
