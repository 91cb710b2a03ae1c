import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'

const freePort = async (): Promise<number> => {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}

const answers = async (client: DynamoDBClient): Promise<boolean> => {
  for (let waited = 0; waited < 15_000; waited += 50) {
    try {
      await client.send(new ListTablesCommand({}))
      return true
    } catch {
      await sleep(50)
    }
  }
  return false
}

/** A database in memory on a port of its own, which ends with this process. */
export const startTableEngine = async (): Promise<{ url: string; stop(): Promise<void> }> => {
  const manifest = createRequire(import.meta.url).resolve(
    `@dynoxide/${process.platform}-${process.arch}/package.json`,
  )
  const port = await freePort()
  const child = spawn(join(dirname(manifest), 'dynoxide'), ['--host', '127.0.0.1', '--port', String(port)], {
    stdio: 'ignore',
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const url = `http://127.0.0.1:${port}`
  const client = new DynamoDBClient({ endpoint: url, maxAttempts: 1 })
  const isUp = await answers(client)
  client.destroy()
  if (!isUp) throw new Error('the database does not answer')
  return {
    url,
    stop: async () => {
      process.off('exit', kill)
      const gone = new Promise((resolve) => child.once('exit', resolve))
      kill()
      await gone
    },
  }
}
