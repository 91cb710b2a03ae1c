import { join } from 'node:path'
import * as z from 'zod'
import { type Clock, minutes, toIso } from '../../shared/time.ts'
import type { LoadedFunction } from './functions.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

const stored = z.record(z.string(), z.number())

/** Runs what is due by the sandbox's clock: once, however many times it would have been due meanwhile. */
export interface Schedules {
  /** True when something ran. */
  runDue(): Promise<boolean>
  due(): boolean
}

export const openSchedules = (
  directory: string,
  functions: readonly LoadedFunction[],
  clock: Clock,
  onError: (error: unknown) => void,
): Schedules => {
  const file = join(directory, 'schedules.json')
  const lastRun = readJsonFile(file, stored) ?? {}
  const scheduled = functions.flatMap((loaded) =>
    loaded.entry.trigger.kind === 'schedule'
      ? [{ ...loaded, name: loaded.entry.name, every: minutes(loaded.entry.trigger.everyMinutes) }]
      : [],
  )
  for (const { name } of scheduled) lastRun[name] ??= clock.now()

  const isDue = ({ name, every }: (typeof scheduled)[number]): boolean => {
    const last = lastRun[name] ?? 0
    // After a travel into the past the last run lies ahead; it must not hold the next one back until then.
    if (last > clock.now()) lastRun[name] = clock.now()
    return clock.now() - (lastRun[name] ?? 0) >= every
  }

  return {
    due: () => scheduled.some(isDue),
    runDue: async () => {
      const due = scheduled.filter(isDue)
      for (const { name, invoke } of due) {
        const at = clock.now()
        await invoke({
          version: '0',
          id: `${name}-${at}`,
          'detail-type': 'Scheduled Event',
          source: 'aws.scheduler',
          account: '000000000000',
          time: toIso(at),
          region: 'local',
          resources: [],
          detail: {},
        }).catch(onError)
        // Noted after the run: a runner killed in the middle runs it again.
        lastRun[name] = at
        writeJsonFile(file, lastRun)
      }
      return due.length > 0
    },
  }
}
