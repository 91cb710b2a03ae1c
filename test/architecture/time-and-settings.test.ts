import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { fileOf, mentionsOf, sourcesIn, usesOf } from './sources.ts'

const office = sourcesIn('functions', 'shared')
const infra = sourcesIn('infra')

/** `new Date()` and `Date()`: with an argument they only calculate. */
const readsDate = (node: ts.Node): boolean =>
  (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
  node.expression.getText() === 'Date' &&
  (node.arguments?.length ?? 0) === 0

const clocks = (sources: typeof office): string[] => [
  ...usesOf(sources, 'Date.now', 'performance.now', 'process.hrtime', 'Temporal.Now'),
  ...sources.flatMap((source) => source.nodes().flatMap(({ node, at }) => (readsDate(node) ? [at] : []))),
]

it('there is something to look at', () => {
  expect(office.length).toBeGreaterThan(100)
  expect(infra.length).toBeGreaterThan(40)
})

describe('the time', () => {
  it('is read in one place', () => {
    expect(clocks(office).map(fileOf)).toEqual(['shared/time.ts'])
  })

  it('is real in the runner only where storage, patience and the clock itself need it', () => {
    expect([...new Set(clocks(infra).map(fileOf))].toSorted()).toEqual(
      [
        // The sandbox's own clock, which runs on from where it was put.
        'infra/local/sandbox-clock.ts',
        // How long something took or may take.
        'infra/local/cloud/engine.ts',
        'infra/local/cloud/server.ts',
        'infra/local/cloud/sqs.ts',
        'infra/local/functions.ts',
        'infra/local/pump.ts',
        // Services that have no sandbox, used alone; the runner gives them its clock or means real time.
        'infra/local/cloud/events.ts',
        'infra/local/cloud/kms-keys.ts',
        'infra/local/cloud/mail.ts',
        'infra/local/cloud/s3.ts',
        // A caller from outside, with keys and a mailbox that nobody had before.
        'infra/local/demo/demo.ts',
      ].toSorted(),
    )
  })

  it('is put elsewhere by the sandbox alone', () => {
    expect([...new Set(mentionsOf([...office, ...infra], 'useTimeSource').map(fileOf))].toSorted()).toEqual([
      'infra/local/sandbox-clock.ts',
      'shared/time.ts',
    ])
  })

  it('is never asked in the zone of the machine', () => {
    const local =
      /^(?:get|set)(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds|TimezoneOffset)$|^toLocale/
    const asked = office.flatMap((source) =>
      source
        .nodes()
        .flatMap(({ node, at }) =>
          ts.isPropertyAccessExpression(node) && local.test(node.name.text) ? [at] : [],
        ),
    )
    expect(asked).toEqual([])
  })
})

describe('the settings', () => {
  it('are read in one place', () => {
    expect(usesOf(office, 'process.env').map(fileOf)).toEqual(['shared/env.ts'])
  })

  it('are read at the start, by what the stack starts', () => {
    const readers = mentionsOf(sourcesIn('functions'), 'readEnv').map(fileOf)
    expect(readers.length).toBeGreaterThan(5)
    expect(readers.filter((file) => !/^functions\/[a-z]+\/[a-z-]+\.ts$/.test(file))).toEqual([])
  })
})

it('nothing is written except by the log', () => {
  expect(mentionsOf(office, 'console')).toEqual([])
  expect([...new Set(usesOf(office, 'process.stdout', 'process.stderr').map(fileOf))]).toEqual([
    'shared/log.ts',
  ])
})
