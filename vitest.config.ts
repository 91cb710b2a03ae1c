import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: [],
    reporters: ['default', './test/kit/closing-line.ts'],
    // The suite proves that nothing depends on the server's zone: a zone with a negative offset, far from Vietnam.
    env: { TZ: process.env.TZ ?? 'Pacific/Pago_Pago' },
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
})
