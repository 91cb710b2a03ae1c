import { defineConfig } from 'vitest/config'

const last = 'test/openapi/recorded-answers.test.ts'

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
          include: ['test/**/*.test.ts'],
          exclude: [last],
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'last', include: [last], sequence: { groupOrder: 2 } } },
    ],
    reporters: ['default', './test/kit/closing-line.ts'],
    // The suite proves that nothing depends on the server's zone: a zone with a negative offset, far from Vietnam.
    env: { TZ: process.env.TZ ?? 'Pacific/Pago_Pago' },
    pool: 'forks',
    silent: 'passed-only',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
})
