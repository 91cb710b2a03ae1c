import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where a runner keeps what it knows. */
export interface DataFolder {
  path: string
  /** False when everything is thrown away at the end. */
  kept: boolean
  release(): void
}

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process began, on Linux: numbers of processes come round again, above all in containers. */
const startOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

const mine = (): string => `${process.pid} ${startOf(process.pid)}\n`

/** The runner that holds a lock, or undefined when it was killed and left the lock behind. */
const holderOf = (text: string): number | undefined => {
  const [pid = '', start = ''] = text.trim().split(' ')
  const number = Number(pid)
  if (!Number.isSafeInteger(number) || number < 1 || !alive(number)) return undefined
  return start === startOf(number) ? number : undefined
}

const lock = (path: string): string => {
  const file = join(path, 'runner.pid')
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    try {
      writeFileSync(file, mine(), { flag: 'wx' })
      return file
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = holderOf(readFileSync(file, 'utf8'))
      if (holder !== undefined)
        throw new Error(
          `${path} is in use by another runner (process ${holder}). Stop it, or set LOCAL_DATA_DIR to another folder.`,
        )
      rmSync(file, { force: true })
    }
  }
  throw new Error(`${path} is just being taken by another runner. Set LOCAL_DATA_DIR to another folder.`)
}

const prefix = 'motcua-'

/** Temporary folders of runners that were killed. */
const sweepTemporary = (): void => {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^motcua-(\d+)-/.exec(name)?.[1]
    if (pid !== undefined && !alive(Number(pid)))
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
  }
}

/** Takes a folder for one runner alone; null takes a temporary one that is deleted on release. */
export const openDataFolder = (directory: string | null): DataFolder => {
  if (directory === null) {
    sweepTemporary()
    const path = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`))
    return { path, kept: false, release: () => rmSync(path, { recursive: true, force: true }) }
  }
  const path = resolve(directory)
  mkdirSync(path, { recursive: true })
  const file = lock(path)
  return { path, kept: true, release: () => rmSync(file, { force: true }) }
}
