import { spawnSync } from 'node:child_process'

/**
 * The deep run: the same tests with ten times the counts, then the whole suite with its normal counts under two
 * more time zones. Ends with the first run that fails.
 */
const passes: { title: string; env: Record<string, string> }[] = [
  { title: 'large counts, Pacific/Pago_Pago', env: { MOTCUA_DEEP: '1', MOTCUA_ZONE: 'Pacific/Pago_Pago' } },
  { title: 'normal counts, UTC', env: { MOTCUA_ZONE: 'UTC' } },
  { title: 'normal counts, Asia/Ho_Chi_Minh', env: { MOTCUA_ZONE: 'Asia/Ho_Chi_Minh' } },
]

for (const { title, env } of passes) {
  console.log(`\n${title}`)
  const { MOTCUA_DEEP: _, ...inherited } = process.env
  const { status } = spawnSync('vitest', ['run'], { stdio: 'inherit', env: { ...inherited, ...env } })
  if (status !== 0) process.exit(status ?? 1)
}
