import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { readEnv } from '../../shared/env.ts'

const schema = z.object({
  A_TABLE: z.string().min(1),
  A_LIMIT: z.coerce.number().int(),
  AN_ENDPOINT: z.url().optional(),
})

const withEnv = (values: Record<string, string | undefined>) => {
  for (const name of Object.keys(schema.shape)) vi.stubEnv(name, values[name])
}

describe('the configuration of an entry', () => {
  it('is what the schema makes of the variables, and nothing else', () => {
    withEnv({ A_TABLE: 'dossiers', A_LIMIT: '5' })
    vi.stubEnv('SOMETHING_ELSE', 'x')
    expect(readEnv(schema)).toEqual({ A_TABLE: 'dossiers', A_LIMIT: 5 })
  })

  it('names everything that is wrong, at once, and quotes no value', () => {
    withEnv({ A_LIMIT: 'hush-hush', AN_ENDPOINT: 'hush-hush' })
    const reading = () => readEnv(schema)
    expect(reading).toThrow(/A_TABLE: .*\nA_LIMIT: .*\nAN_ENDPOINT: /)
    expect(reading).not.toThrow(/hush-hush/)
  })
})
