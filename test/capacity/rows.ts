import { readFileSync } from 'node:fs'
import type { Taken } from './measure.ts'

/** The rows of docs/access-patterns.md: the budget of each pattern. */
export const readBudgets = (): Map<string, Taken> => {
  const rows = readFileSync('docs/access-patterns.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:pattern|-)/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
  return new Map(
    rows.map(([name = '', , , , ...figures]) => {
      const [rounds = 0, calls = 0, readUnits = 0, writeUnits = 0] = figures.map(Number)
      return [name, { rounds, calls, readUnits, writeUnits }]
    }),
  )
}
