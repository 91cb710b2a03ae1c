import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { expect, it, onTestFinished } from 'vitest'
import { bucket, credentials, region, s3Stand, temporaryDirectory } from './s3-stand.ts'

const module = fileURLToPath(new URL('../../../../infra/local/cloud/s3.ts', import.meta.url))

it('has every acknowledged object whole, and no other half, after the process was killed while writing', async () => {
  const directory = temporaryDirectory()
  const script = `import { createServer } from 'node:http'
    import { createS3 } from ${JSON.stringify(module)}
    const s3 = createS3({ directory: ${JSON.stringify(directory)}, credentials: ${JSON.stringify(credentials)}, region: '${region}' })
    s3.createBucket('${bucket}')
    const server = createServer((request, response) => void s3.handle(request, response))
    server.listen(0, '127.0.0.1', () => console.log(server.address().port))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (text) => resolve(Number(text))),
  )
  const after = await s3Stand({ directory: temporaryDirectory() })
  const client = after.clientWith({ endpoint: `http://127.0.0.1:${port}` })
  const acknowledged: string[] = []
  let going = true
  const writer = async (name: string) => {
    for (let n = 0; going; n += 1) {
      const Key = `${name}/${n}`
      const Body = Buffer.alloc(400_000, Key)
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body })).then(
        () => acknowledged.push(Key),
        () => undefined,
      )
    }
  }
  const writers = ['a', 'b', 'c', 'd'].map(writer)
  while (acknowledged.length < 12) await sleep(5)
  child.kill('SIGKILL')
  going = false
  await Promise.all(writers)
  const again = await s3Stand({ directory })
  const listed = (await again.client.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []
  const keys = listed.map((each) => each.Key ?? '')
  expect(keys).toEqual(expect.arrayContaining(acknowledged))
  for (const Key of keys) {
    const got = await again.client.send(
      new GetObjectCommand({ Bucket: bucket, Key, ChecksumMode: 'ENABLED' }),
    )
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? [])
    expect(bytes.equals(Buffer.alloc(400_000, Key))).toBe(true)
    expect(got.ETag).toBe(`"${createHash('md5').update(bytes).digest('hex')}"`)
  }
  expect(readdirSync(join(directory, bucket, 'tmp'))).toEqual([])
})
