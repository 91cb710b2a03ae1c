import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

export type EngineOptions = {
  /** Told when the database ends though nobody stopped it. */
  readonly onEnd?: () => void
  /** Where the database file is kept, or null for one in memory. */
  readonly directory: string | null
  readonly log: (line: string) => void
  /** Such as `linux-x64`; this machine's unless given. */
  readonly platform?: string
  /** The program itself; that of the platform's package unless given. */
  readonly binary?: string
}

export type Engine = { readonly url: string; readonly pid: number; stop(): Promise<void> }

const startAttempts = 3
const healthyWithinMs = 15_000
const elsewhere =
  'Set DYNAMODB_ENDPOINT to the address of any DynamoDB-compatible server to use that instead.'

function findBinary(platform: string): string {
  const name = `@dynoxide/${platform}`
  let manifest: string
  try {
    manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
  } catch {
    throw new Error(`There is no build of the local database for ${platform} (package ${name}). ${elsewhere}`)
  }
  return join(dirname(manifest), process.platform === 'win32' ? 'dynoxide.exe' : 'dynoxide')
}

function checkExecutable(binary: string): void {
  try {
    accessSync(binary, constants.X_OK)
  } catch {
    const what = existsSync(binary) ? 'may not be executed' : 'does not exist'
    throw new Error(`The local database program ${binary} ${what}. ${elsewhere}`)
  }
}

function commandLine(pid: number): string[] {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' })
      .trim()
      .split(' ')
  } catch {
    return []
  }
}

/** Ends the engine that a killed runner left on the same database file; a pid that is another's by now is spared. */
async function endLeftover(pidFile: string, database: string, log: (line: string) => void): Promise<void> {
  let pid: number
  try {
    pid = Number(readFileSync(pidFile, 'utf8').trim())
  } catch {
    return
  }
  const isOurs = () => {
    const words = commandLine(pid)
    const at = words.indexOf('--db-path')
    return /dynoxide(\.exe)?$/.test(words[0] ?? '') && at > 0 && words[at + 1] === database
  }
  if (Number.isSafeInteger(pid) && pid > 1 && isOurs()) {
    log(`ending the database process ${pid}, left over from an earlier run`)
    process.kill(pid, 'SIGKILL')
    for (let waited = 0; isOurs() && waited < 5000; waited += 10) await sleep(10)
    if (isOurs()) throw new Error(`The database process ${pid} of an earlier run does not end.`)
  }
  rmSync(pidFile, { force: true })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** `setpriv` makes the kernel end the engine with its parent, even when the parent is killed outright. */
function underParent(binary: string, args: string[]): [string, string[]] {
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path))
  if (process.platform !== 'linux' || !setpriv) return [binary, args]
  return [setpriv, ['--pdeathsig', 'KILL', '--', binary, ...args]]
}

function run(binary: string, args: string[], log: (line: string) => void): ChildProcess {
  const [command, words] = underParent(binary, args)
  // A group of its own: Ctrl-C at the terminal must reach the runner alone, which then stops the engine in order.
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, env: {} })
  for (const stream of [child.stdout, child.stderr])
    if (stream)
      createInterface(stream).on('line', (line) => {
        if (line.trim() !== '') log(line)
      })
  child.on('error', (error) => log(`the database could not be run: ${error.message}`))
  return child
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.ListTables',
        'x-amz-date': '20260101T000000Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: '{}',
      signal: AbortSignal.timeout(2000),
    })
    return response.ok
  } catch {
    return false
  }
}

async function healthy(child: ChildProcess, url: string): Promise<boolean> {
  const until = performance.now() + healthyWithinMs
  while (performance.now() < until && !ended(child)) {
    if (await answers(url)) return !ended(child)
    await sleep(20)
  }
  return false
}

async function end(child: ChildProcess): Promise<void> {
  if (ended(child)) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 2000)
  await gone
  clearTimeout(late)
}

/** Starts the local database on a free port of the loopback and waits until it answers. It is never restarted. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { directory, log } = options
  const binary = options.binary ?? findBinary(options.platform ?? `${process.platform}-${process.arch}`)
  checkExecutable(binary)
  const database = directory === null ? null : join(directory, 'dynamodb.sqlite')
  const pidFile = directory === null ? null : join(directory, 'dynamodb.pid')
  if (directory !== null) mkdirSync(directory, { recursive: true })
  if (pidFile !== null && database !== null) await endLeftover(pidFile, database, log)

  for (let attempt = 1; attempt <= startAttempts; attempt += 1) {
    const port = await freePort()
    const args = ['--host', '127.0.0.1', '--port', String(port), ...(database ? ['--db-path', database] : [])]
    const child = run(binary, args, log)
    const killOnExit = () => child.kill('SIGKILL')
    process.once('exit', killOnExit)
    if (pidFile !== null && child.pid !== undefined) writeFileSync(pidFile, `${child.pid}\n`)
    const url = `http://127.0.0.1:${port}`
    if ((await healthy(child, url)) && child.pid !== undefined) {
      let stopping = false
      child.once('exit', (code, signal) => {
        if (stopping) return
        log(`the database ended by itself (${signal ?? code})`)
        options.onEnd?.()
      })
      const stop = async () => {
        stopping = true
        process.off('exit', killOnExit)
        await end(child)
        if (pidFile !== null) rmSync(pidFile, { force: true })
      }
      return { url, pid: child.pid, stop }
    }
    process.off('exit', killOnExit)
    const hangs = !ended(child)
    await end(child)
    if (pidFile !== null) rmSync(pidFile, { force: true })
    if (hangs) break
    // Another program may have taken the port between the look and the start.
    log(`the database did not start on port ${port} (attempt ${attempt} of ${startAttempts})`)
  }
  throw new Error(`The local database ${binary} did not start; its own words are in the log. ${elsewhere}`)
}
