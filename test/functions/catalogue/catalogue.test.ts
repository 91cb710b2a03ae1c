import { describe, expect, it } from 'vitest'
import { catalogueOver } from '../../../functions/catalogue/catalogue.ts'
import type { Head, PublishedProcedure } from '../../../functions/catalogue/model.ts'
import { seconds } from '../../../shared/time.ts'
import { recordOf, residence } from './samples.ts'

const versionFrom = (version: number, validFrom: number): PublishedProcedure => ({
  ...recordOf(residence),
  level: 'full',
  agencies: [{ code: 'H42.101', name: 'Công an phường Hoa Lư' }],
  version,
  validFrom,
  publishedAt: 0,
})

/** A store that counts its reads, and a clock that can be set. */
const setting = () => {
  const versions = [versionFrom(1, 1_000)]
  const reads = { head: 0, version: 0 }
  const world = { now: 10_000, isDown: false }
  const catalogue = catalogueOver(
    {
      head: async (code): Promise<Head | undefined> => {
        reads.head += 1
        if (code !== residence) return undefined
        const lines = versions.map((v) => ({ number: v.version, validFrom: v.validFrom, contentHash: '' }))
        return { code, sequence: lines.length, versions: lines }
      },
      version: async (_, number) => {
        reads.version += 1
        if (world.isDown) throw new Error('down')
        return versions[number - 1]
      },
    },
    { now: () => world.now },
  )
  return { catalogue, reads, world, versions }
}

describe('the catalogue in memory', () => {
  it('reads a version once, and the head once a minute', async () => {
    const { catalogue, reads, world } = setting()
    for (const step of [0, 1, seconds(59)]) {
      world.now = 10_000 + step
      expect((await catalogue.current(residence))?.version).toBe(1)
    }
    expect(reads).toEqual({ head: 1, version: 1 })
    world.now = 10_000 + seconds(60)
    await catalogue.current(residence)
    expect(reads).toEqual({ head: 2, version: 1 })
  })

  it('does not trust a head from the future', async () => {
    const { catalogue, reads, world } = setting()
    await catalogue.current(residence)
    world.now = 500
    expect(await catalogue.current(residence)).toBeUndefined()
    expect(reads.head).toBe(2)
  })

  it('changes to a version the moment it begins', async () => {
    const { catalogue, reads, world, versions } = setting()
    versions.push(versionFrom(2, 30_000))
    world.now = 29_999
    expect((await catalogue.current(residence))?.version).toBe(1)
    expect(await catalogue.latestVersionNumber(residence)).toBe(2)
    world.now = 30_000
    expect((await catalogue.current(residence))?.version).toBe(2)
    expect((await catalogue.version(residence, 1))?.version).toBe(1)
    expect(reads).toEqual({ head: 1, version: 2 })
  })

  it('does not remember a failure, nor a version that is not there yet', async () => {
    const { catalogue, world, versions } = setting()
    world.isDown = true
    await expect(catalogue.version(residence, 1)).rejects.toThrow('down')
    world.isDown = false
    expect((await catalogue.version(residence, 1))?.version).toBe(1)
    expect(await catalogue.version(residence, 2)).toBeUndefined()
    versions.push(versionFrom(2, 30_000))
    expect((await catalogue.version(residence, 2))?.version).toBe(2)
  })

  it('asks the store only for what can be a code', async () => {
    const { catalogue, reads } = setting()
    expect(await catalogue.current('../../etc')).toBeUndefined()
    expect(await catalogue.current('9.999999')).toBeUndefined()
    expect(reads.head).toBe(1)
  })

  it('hands out what nobody can change', async () => {
    const { catalogue } = setting()
    const procedure = await catalogue.current(residence)
    expect(() => procedure?.form.required?.push('x')).toThrow(TypeError)
  })

  it('reads a version once for many who ask at the same time', async () => {
    const { catalogue, reads } = setting()
    await Promise.all(Array.from({ length: 20 }, () => catalogue.version(residence, 1)))
    expect(reads.version).toBe(1)
  })
})
