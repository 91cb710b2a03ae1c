import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { sourcesIn } from './sources.ts'

const functions = sourcesIn('functions')

/** The function of a store in which a node stands. */
const methodOf = (node: ts.Node): string => {
  for (let at: ts.Node | undefined = node; at; at = at.parent)
    if (ts.isPropertyAssignment(at) || ts.isVariableDeclaration(at)) {
      if (at.initializer && ts.isArrowFunction(at.initializer)) return at.name.getText()
    }
  return ''
}

const reading = /^(?:Get|BatchGet|Query|Scan|TransactGet)Command$/
const reads = functions.flatMap((source) =>
  source.nodes().flatMap(({ node }) => {
    if (!ts.isNewExpression(node) || !reading.test(node.expression.getText())) return []
    const said = node.arguments?.[0]?.getText() ?? ''
    return [
      {
        command: node.expression.getText(),
        where: `${source.file} ${methodOf(node)}`,
        isConsistent: /ConsistentRead: true/.test(said),
        index: /IndexName: '([\w-]+)'/.exec(said)?.[1],
        namesIndex: said.includes('IndexName'),
      },
    ]
  }),
)

/**
 * An index shows a write a moment later, and so does a read that does not ask for more. Whoever has got an
 * answer must find what was answered; so both are for lists and for clearing up only, each named here.
 */
const late = [
  // What is published is listed for everybody and may be cached for a minute anyway.
  { where: 'functions/catalogue/store.ts entries', index: undefined },
  // The hourly clearing of uploads, which looks at what is hours old.
  { where: 'functions/document/store.ts uploadsBegunBefore', index: 'awaiting' },
  // My dossiers; each one is read by its id before it is shown or changed.
  { where: 'functions/dossier/store.ts ofOwner', index: 'owner' },
  // Events that nobody took off the work list, looked for every minute.
  { where: 'functions/ops/outbox.ts waitingSince', index: 'unpublished' },
  // Payments whose time is up; each is read by its id before it is ended.
  { where: 'functions/payment/store.ts expiring', index: 'expiring' },
]
/** The only behaviour that may ask in such a way. */
const askers: Record<string, string[]> = {
  entries: ['functions/catalogue/use-cases.ts'],
  uploadsBegunBefore: ['functions/document/abandon-uploads.ts'],
  ofOwner: ['functions/dossier/lookup.ts'],
  waitingSince: ['functions/ops/use-cases.ts'],
  expiring: ['functions/payment/expiring.ts'],
}

describe('reading what was just written', () => {
  it('is consistent in every store, but for these lists', () => {
    expect(reads.length).toBeGreaterThan(8)
    const found = reads
      .filter(({ isConsistent }) => !isConsistent)
      .map(({ where, index }) => ({ where, index }))
    expect(found.toSorted((a, b) => (a.where < b.where ? -1 : 1))).toEqual(late)
  })

  it('never goes through an index whose name is made up on the way', () => {
    expect(reads.filter(({ namesIndex, index }) => namesIndex && index === undefined)).toEqual([])
    const named = functions.filter(({ text }) => text.includes('IndexName')).map(({ file }) => file)
    const inReads = reads.flatMap(({ where, index }) => (index === undefined ? [] : [where.split(' ')[0]]))
    expect(named.toSorted()).toEqual(inReads.toSorted())
  })

  it.each(Object.entries(askers))('%s is asked by its list alone', (method, files) => {
    const call = new RegExp(`\\b(?:store|reader|outbox)\\.${method}\\(`)
    const asking = functions.filter(({ text }) => call.test(text)).map(({ file }) => file)
    expect(asking).toEqual(files)
  })

  it('looks through no whole table', () => {
    expect(reads.filter(({ command }) => command === 'ScanCommand')).toEqual([])
  })
})
