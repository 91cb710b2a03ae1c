import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'
import { createS3, type S3Options } from '../../../../infra/local/cloud/s3.ts'

export const credentials = { accessKeyId: 'local', secretAccessKey: 'a-secret-of-the-tests' }
export const region = 'ap-southeast-1'
export const bucket = 'papers'

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'motcua-cloud-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export type S3Stand = {
  url: string
  port: number
  directory: string
  client: S3Client
  failures: unknown[]
  clientWith(config: Partial<S3ClientConfig>): S3Client
}

/** An S3 on a port of its own with one bucket, and a client of it; both end with the test. */
export async function s3Stand(options: Partial<S3Options> = {}): Promise<S3Stand> {
  const directory = options.directory ?? temporaryDirectory()
  const failures: unknown[] = []
  const s3 = createS3({
    credentials,
    region,
    directory,
    onFailure: (error) => failures.push(error),
    ...options,
  })
  s3.createBucket(bucket)
  const server = createServer((request, response) => void s3.handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const clientWith = (config: Partial<S3ClientConfig>) => {
    const client = new S3Client({
      region,
      endpoint: url,
      credentials,
      forcePathStyle: true,
      maxAttempts: 1,
      ...config,
    })
    onTestFinished(() => client.destroy())
    return client
  }
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  })
  return { url, port, directory, client: clientWith({}), clientWith, failures }
}

export type Reply = {
  status: number
  headers: IncomingMessage['headers']
  text: string
  code: string | undefined
}

/** Sends a request as it is, without a client that would mend it. */
export function raw(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: Buffer | string = '',
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const code = /<Code>(.*?)<\/Code>/.exec(text)?.[1]
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, code })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The name and status of the refusal a call ends in. */
export async function refusal(call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> {
  try {
    await call
  } catch (error) {
    const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } }
    return { name, status: $metadata?.httpStatusCode }
  }
  throw new Error('the call was not refused')
}
