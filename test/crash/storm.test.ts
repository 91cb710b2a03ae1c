import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { seededRandom } from '../../infra/local/cloud/faults.ts'
import { isDeep } from '../kit/runs.ts'
import { checkAftermath, type Submitted } from './aftermath.ts'
import { killEveryRunner, startMortalRunner } from './mortal-runner.ts'
import { type Prepared, prepareFolder, submit } from './prepared-folder.ts'
import { damagedFiles } from './remains.ts'

let folder: string
let environment: Record<string, string>
let template: string
let prepared: Prepared[]
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storm-'))
  environment = { NODE_COMPILE_CACHE: join(folder, 'compiled') }
  const made = await prepareFolder(folder, environment, { count: 30, attached: true })
  template = made.directory
  prepared = made.prepared
}, 180_000)
afterAll(async () => {
  await killEveryRunner()
  rmSync(folder, { recursive: true, force: true })
})

const seeds = Array.from({ length: isDeep ? 40 : 3 }, (_, index) => index + 1)

it.each(seeds)(
  'numbers 30 dossiers once each though it is killed twice (seed %i)',
  {
    timeout: 10 * 60_000,
  },
  async (seed) => {
    const directory = join(folder, `seed-${seed}`)
    cpSync(template, directory, { recursive: true })
    const runner = await startMortalRunner(directory, environment)
    const random = seededRandom(seed)
    let answered = 0
    const storm = Promise.all(
      prepared.map(async (one): Promise<Submitted> => {
        const repeat = () => submit(runner, one)
        const answer = await repeat()
        answered += 1
        expect(answer.status, answer.text).toBe(200)
        return { ...one, answer, repeat }
      }),
    )
    // By answers and not by the clock alone, so that the first death falls into the storm on any machine.
    const enough = Math.floor(random() * 15)
    while (answered < enough) await Promise.race([sleep(5), storm])
    await sleep(random() * 60)
    await runner.kill()
    await sleep(500 + random() * 1_000)
    await runner.kill()

    const all = await storm
    await runner.drain()
    expect(new Set(all.map(({ answer }) => answer.json.dossier.code)).size).toBe(30)
    expect(new Set(all.map(({ answer }) => answer.json.dossier.id)).size).toBe(30)
    await checkAftermath(runner, all)
    expect(runner.deaths()).toBeGreaterThanOrEqual(1)
    await runner.stop()
    expect(damagedFiles(directory)).toEqual([])
    rmSync(directory, { recursive: true })
  },
)
