import { join } from 'node:path'
import * as z from 'zod'
import { type Clock, type Instant, useTimeSource } from '../../shared/time.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

/** A clock that can be set to any instant and runs on from there. */
export interface SandboxClock extends Clock {
  travel(to: Instant): void
}

const stored = z.object({ offset: z.number() })

/**
 * Puts the sandbox's clock under the whole process. Its distance from real time lies in the data folder, so
 * that a restart does not travel. There is one clock a process: the runner started last sets it.
 */
export const openSandboxClock = (directory: string): SandboxClock => {
  const file = join(directory, 'clock.json')
  let offset = readJsonFile(file, stored)?.offset ?? 0
  const now = (): Instant => Date.now() + offset
  useTimeSource(now)
  return {
    now,
    travel: (to) => {
      offset = to - Date.now()
      writeJsonFile(file, { offset })
    },
  }
}
