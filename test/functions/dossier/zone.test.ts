import { expect, it } from 'vitest'

// A guard of the other tests here: they say something about zones only if the process really is in one.
it('runs in the zone it was told', () => {
  const offsets: Record<string, number> = { 'Pacific/Pago_Pago': 660, UTC: 0, 'Asia/Ho_Chi_Minh': -420 }
  const zone = process.env.TZ ?? ''
  expect(new Date('2026-11-21T00:00:00Z').getTimezoneOffset()).toBe(offsets[zone])
})
