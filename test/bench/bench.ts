import { arch, cpus, totalmem } from 'node:os'
import { readBudgets } from '../capacity/rows.ts'
import { measureBundles } from './bundles.ts'
import { measureWebhook } from './webhook.ts'

/** Figures for people: ratios of two things measured in one run, and counts. Nothing here passes or fails. */
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): void => {
  const lines = [head, ...rows].map((row) => row.map(String))
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  for (const line of lines)
    console.log(
      line
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
  console.log()
}

const pairs = Number(process.env.PAIRS ?? 7)
const [cpu] = cpus()
console.log(
  `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${arch()}, Node ${process.version}\n`,
)

console.log(
  `Functions: size and load time as ratios to default bundling of the same imports (median of ${pairs} pairs)\n`,
)
const bundles = await measureBundles(pairs)
table(
  ['function', 'KB', 'size ×', 'load ×'],
  bundles.map(({ name, kilobytes, sizeRatio, loadRatio }) => [
    name,
    kilobytes,
    sizeRatio.toFixed(2),
    loadRatio.toFixed(2),
  ]),
)

console.log('Operations: round trips and units; each is a budget that the test suite holds\n')
table(
  ['operation', 'rounds', 'calls', 'read units', 'write units'],
  [...readBudgets()].map(([name, taken]) => [
    name,
    taken.rounds,
    taken.calls,
    taken.readUnits,
    taken.writeUnits,
  ]),
)

console.log('Payment webhook, a genuine call, against a bare handler that writes the same transaction\n')
const webhook = await measureWebhook(pairs * 20)
table(
  ['', 'ratio'],
  [
    ['whole call, median', webhook.medianRatio.toFixed(2)],
    ['database calls', `${webhook.calls} : ${webhook.bareCalls}`],
  ],
)
