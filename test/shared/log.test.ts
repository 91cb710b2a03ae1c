import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { AppError } from '../../shared/errors.ts'
import { createLog, errorFields, type LogFields } from '../../shared/log.ts'
import { runs } from '../kit/runs.ts'

const logged = (fields: object): Record<string, unknown> => {
  const lines: string[] = []
  createLog('office', (line) => lines.push(line)).info('something happened', fields as LogFields)
  expect(lines).toHaveLength(1)
  return JSON.parse(lines[0] ?? '')
}

/** Said here a second time on purpose: a field that is added must be weighed in two places. */
const allowed = [
  ...['requestId', 'correlationId', 'contract', 'route', 'status', 'code', 'actor', 'citizenRef', 'agency'],
  ...[
    'clientApp',
    'dossierId',
    'documentId',
    'eventId',
    'eventType',
    'subject',
    'sequence',
    'queue',
    'count',
  ],
  ...['attempt', 'reason', 'durationMs', 'errorName', 'errorAt'],
]
const always = ['level', 'component', 'message']

describe('a log line', () => {
  it('is one line of JSON with its level and component', () => {
    const lines: string[] = []
    const log = createLog('office', (line) => lines.push(line))
    log.info('a\nb')
    log.warn('b', { count: 0 })
    log.error('c', { reason: 'x\ny' })
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 'info', component: 'office', message: 'a\nb' },
      { level: 'warn', component: 'office', message: 'b', count: 0 },
      { level: 'error', component: 'office', message: 'c', reason: 'x\ny' },
    ])
    expect(lines.filter((line) => line.includes('\n'))).toEqual([])
  })

  it('goes to standard output', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    try {
      createLog('office').info('x')
      expect(write.mock.calls).toEqual([['{"level":"info","component":"office","message":"x"}\n']])
    } finally {
      write.mockRestore()
    }
  })

  it('has every allowed field', () => {
    const fields = Object.fromEntries(allowed.map((name, index) => [name, index % 2 ? name : index]))
    expect(logged(fields)).toEqual({
      level: 'info',
      component: 'office',
      message: 'something happened',
      ...fields,
    })
  })

  it('has no other field, whatever it is given', () => {
    const name = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'name',
        'personalId',
        'phone',
        'email',
        'body',
        'answers',
        'message',
        'level',
        '__proto__',
      ),
    )
    const extra = fc.dictionary(name, fc.constant('037090000001'))
    const fields = fc.dictionary(fc.constantFrom(...allowed), fc.oneof(fc.constant('ok'), fc.integer()))
    fc.assert(
      fc.property(extra, fields, (more, good) => {
        const strange = Object.fromEntries(Object.entries(more).filter(([key]) => !allowed.includes(key)))
        const line = logged({ ...strange, ...good })
        expect(Object.keys(line).toSorted()).toEqual([...always, ...Object.keys(good)].toSorted())
        expect(line.message).toBe('something happened')
        expect(JSON.stringify(line)).not.toContain('037090000001')
      }),
      { numRuns: runs(300) },
    )
  })

  it('carries texts and numbers only: an object would bring what is inside it', () => {
    const inside = fc.oneof(
      fc.dictionary(fc.string(), fc.constant('037090000001')),
      fc.array(fc.constant('037090000001')),
      fc.constantFrom(undefined, null, true, Symbol('037090000001'), 10n, () => '037090000001'),
    )
    fc.assert(
      fc.property(fc.constantFrom(...allowed), inside, (name, value) => {
        expect(Object.keys(logged({ [name]: value }))).toEqual(always)
      }),
      { numRuns: runs(200) },
    )
  })
})

describe('what is logged of an error', () => {
  it('is its name and the place in the code', () => {
    const { errorName, errorAt } = errorFields(new TypeError('x'))
    expect(errorName).toBe('TypeError')
    expect(errorAt).toMatch(/^at .*log\.test\.ts:\d+:\d+/)
    expect(errorFields(new AppError('not-found')).errorName).toBe('AppError')
  })

  it('is never its message', () => {
    const typed = fc.oneof(
      fc.string().map((text) => `037090000001${text}`),
      fc.constantFrom(
        '037090000001\n    at 037090000001',
        '\n    at 037090000001 (/x.ts:1:2)',
        'at 037090000001:1:2',
      ),
    )
    fc.assert(
      fc.property(typed, (message) => {
        const cause = new Error(message)
        for (const error of [cause, new RangeError(message, { cause }), message, { message }, [message]])
          expect(JSON.stringify(errorFields(error))).not.toContain('037090000001')
      }),
      { numRuns: runs(200) },
    )
  })

  it.each([
    ['a text', 'x', 'string'],
    ['nothing', undefined, 'undefined'],
    ['an object', {}, 'object'],
  ])('%s that is thrown has a type only', (_, thrown, errorName) => {
    expect(errorFields(thrown)).toEqual({ errorName })
  })

  it('may be without a place', () => {
    const error = new Error('x')
    delete error.stack
    expect(errorFields(error)).toEqual({ errorName: 'Error', errorAt: undefined })
  })
})
