import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startEngine } from '../../../../infra/local/cloud/engine.ts'
import { credentials, region, temporaryDirectory } from './s3-stand.ts'

const module = fileURLToPath(new URL('../../../../infra/local/cloud/engine.ts', import.meta.url))
const log = () => undefined

function client(endpoint: string): DynamoDBClient {
  const made = new DynamoDBClient({ endpoint, region, credentials })
  onTestFinished(() => made.destroy())
  return made
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition() && waited < 5000; waited += 10) await sleep(10)
  expect(condition()).toBe(true)
}

const table = new CreateTableCommand({
  TableName: 'things',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  BillingMode: 'PAY_PER_REQUEST',
})

/** Starts an engine from a process of its own and kills that process outright. */
async function killedRunner(directory: string): Promise<number> {
  const script = `import { startEngine } from ${JSON.stringify(module)}
    const engine = await startEngine({ directory: ${JSON.stringify(directory)}, log: () => {} })
    console.log(engine.pid)
    setInterval(() => {}, 1000)`
  const runner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) =>
    runner.stdout.once('data', (text) => resolve(Number(text))),
  )
  runner.kill('SIGKILL')
  return pid
}

describe('the database engine', () => {
  it('keeps its tables in the directory and ends when it is stopped', async () => {
    const directory = temporaryDirectory()
    const first = await startEngine({ directory, log })
    await client(first.url).send(table)
    await first.stop()
    expect(alive(first.pid)).toBe(false)
    expect(existsSync(join(directory, 'dynamodb.pid'))).toBe(false)
    const second = await startEngine({ directory, log })
    expect((await client(second.url).send(new ListTablesCommand({}))).TableNames).toEqual(['things'])
    await second.stop()
  })

  it('runs in memory alone', async () => {
    const engine = await startEngine({ directory: null, log })
    expect((await client(engine.url).send(new ListTablesCommand({}))).TableNames).toEqual([])
    await engine.stop()
  })

  it.runIf(process.platform === 'linux' && existsSync('/usr/bin/setpriv'))(
    'dies with its runner',
    async () => {
      const pid = await killedRunner(temporaryDirectory())
      await until(() => !alive(pid))
    },
  )

  it('ends a leftover of the same directory and spares any other process', async () => {
    const directory = temporaryDirectory()
    const leftover = await startEngine({ directory, log })
    const next = await startEngine({ directory, log })
    expect(next.pid).not.toBe(leftover.pid)
    await until(() => !alive(leftover.pid))
    await next.stop()
    await leftover.stop()
    const stranger = spawn('sleep', ['30'])
    onTestFinished(() => void stranger.kill())
    writeFileSync(join(directory, 'dynamodb.pid'), `${stranger.pid}\n`)
    const last = await startEngine({ directory, log })
    expect(alive(stranger.pid ?? 0)).toBe(true)
    await last.stop()
  })

  it('says what is the matter when it cannot run', async () => {
    const start = (more: object) => startEngine({ directory: null, log, ...more })
    await expect(start({ platform: 'plan9-mips' })).rejects.toThrow(
      /no build .* plan9-mips.*DYNAMODB_ENDPOINT/,
    )
    const binary = join(temporaryDirectory(), 'dynoxide')
    await expect(start({ binary })).rejects.toThrow('does not exist')
    writeFileSync(binary, 'x')
    await expect(start({ binary })).rejects.toThrow('may not be executed')
    await expect(
      start({ binary: execFileSync('which', ['false'], { encoding: 'utf8' }).trim() }),
    ).rejects.toThrow('did not start')
  })
})
