import { defineConfig } from 'vitest/config'

const last = 'test/openapi/recorded-answers.test.ts'
/** What could depend on the zone of a server: time, texts, contracts, numbers and receipts. */
const zoned = [
  'test/shared/**/*.test.ts',
  'test/functions/dossier/*.test.ts',
  'test/functions/catalogue/*.test.ts',
]

/** The suite runs in a zone with a negative offset, far from Vietnam; nothing may depend on it. */
const zone = process.env.MOTCUA_ZONE ?? 'Pacific/Pago_Pago'

const isDeep = process.env.MOTCUA_DEEP === '1'

export default defineConfig({
  test: {
    globalSetup: ['./test/kit/whole-run.ts'],
    // Which declared errors nobody produced can only be judged when everything else has run. Order 0 would
    // come last with one worker.
    projects: [
      {
        extends: true,
        test: {
          name: 'suite',
          // What needs programs that a fresh machine may lack (curl, jq) runs in the deep run only.
          include: ['test/**/*.test.ts', ...(isDeep ? ['test/**/*.deep.ts'] : [])],
          exclude: [last],
          env: { TZ: zone },
          sequence: { groupOrder: 1 },
        },
      },
      ...['UTC', 'Asia/Ho_Chi_Minh']
        .filter((other) => other !== zone)
        .map((other) => ({
          extends: true as const,
          test: { name: other, include: zoned, env: { TZ: other }, sequence: { groupOrder: 1 } },
        })),
      { extends: true, test: { name: 'last', include: [last], sequence: { groupOrder: 2 } } },
    ],
    reporters: ['default', './test/kit/closing-line.ts'],
    pool: 'forks',
    silent: 'passed-only',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
})
