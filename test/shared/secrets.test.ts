import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { createReadSecret, secretSettings, startedBy } from '../../shared/secrets.ts'

describe('a secret', () => {
  const arn = 'arn:aws:secretsmanager:ap-southeast-1:111122223333:secret:Smtp-AbCdEf'
  let server: Server
  let answer: { status: number; body: string }
  let seen: { headers: IncomingHttpHeaders; body: string }[]
  let endpoint: string

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      seen.push({ headers: request.headers, body: Buffer.concat(parts).toString() })
      response.writeHead(answer.status).end(answer.body)
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => server.close())
  beforeEach(() => {
    seen = []
    answer = {
      status: 200,
      body: JSON.stringify({ SecretString: '{"SMTP_URL":"smtps://a:b@mail.example"}' }),
    }
    vi.stubEnv('AWS_REGION', 'ap-southeast-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local-secret')
    vi.stubEnv('AWS_SESSION_TOKEN', 'session')
    return () => vi.unstubAllEnvs()
  })
  const read = () => createReadSecret({ SECRETS_ENDPOINT: endpoint })(arn)

  test('is asked for by its ARN, signed in the name of the function', async () => {
    expect(await read()).toEqual({ SMTP_URL: 'smtps://a:b@mail.example' })
    const [{ headers, body } = { headers: {}, body: '' }] = seen
    expect(JSON.parse(body)).toEqual({ SecretId: arn })
    expect(headers).toMatchObject({
      'x-amz-target': 'secretsmanager.GetSecretValue',
      'x-amz-security-token': 'session',
    })
    expect(headers.authorization).toContain('/ap-southeast-1/secretsmanager/aws4_request')
  })

  test.each([
    [
      'that nobody filled',
      { status: 400, body: '{"__type":"ResourceNotFoundException"}' },
      /ResourceNotFoundException/,
    ],
    ['that is forbidden', { status: 403, body: '{"__type":"AccessDeniedException"}' }, /AccessDenied/],
    ['of bytes', { status: 200, body: '{"SecretBinary":"eA=="}' }, /it has no text/],
    ['answered by a gateway', { status: 200, body: '<html>' }, /SyntaxError/],
    ['that is no JSON', { status: 200, body: '{"SecretString":"hunter2"}' }, /not a JSON object of texts/],
    [
      'with a number',
      { status: 200, body: '{"SecretString":"{\\"hunter2\\":1}"}' },
      /not a JSON object of texts/,
    ],
  ])('%s is an error that quotes nothing of it', async (_, given, said) => {
    answer = given
    const error = await read().catch((thrown: unknown) => thrown)
    expect(String(error)).toMatch(said)
    expect(`${String(error)}${(error as Error).stack}`).not.toContain('hunter2')
  })

  test('of a service that does not answer is an error that names it', async () => {
    await expect(createReadSecret({ SECRETS_ENDPOINT: 'http://127.0.0.1:1' })(arn)).rejects.toThrow(
      /cannot be read/,
    )
  })
})

describe('secret settings', () => {
  const schema = z.object({ SMTP_URL: z.url({ protocol: /^smtps?$/ }) })
  const secret = async () => ({ SMTP_URL: 'smtps://secret@mail.example' })

  test('come from the variables where they are enough, and then no secret is read', async () => {
    const settings = await secretSettings(schema, { SMTP_URL: 'smtp://127.0.0.1:25' }, 'arn', () =>
      Promise.reject(new Error('read')),
    )
    expect(settings).toEqual({ SMTP_URL: 'smtp://127.0.0.1:25' })
  })

  test('come from the secret otherwise', async () => {
    expect(await secretSettings(schema, {}, 'arn', secret)).toEqual({
      SMTP_URL: 'smtps://secret@mail.example',
    })
  })

  test('that are nowhere are named', async () => {
    await expect(secretSettings(schema, {}, undefined, secret)).rejects.toThrow(
      /incomplete in the variables: SMTP_URL/,
    )
  })

  test('that are wrong are named without their value', async () => {
    const wrong = secretSettings(schema, {}, 'arn:x', async () => ({ SMTP_URL: 'hunter2' }))
    await expect(wrong).rejects.toThrow(/incomplete in arn:x: SMTP_URL/)
    await expect(wrong).rejects.not.toThrow(/hunter2/)
  })
})

describe('a handler that starts late', () => {
  test('is built once for calls that come together', async () => {
    const build = vi.fn(async () => async (n: number) => createHash('sha1').update(`${n}`).digest('hex'))
    const handler = startedBy(build)
    const answers = await Promise.all([handler(1), handler(1), handler(2)])
    expect(new Set(answers).size).toBe(2)
    expect(build).toHaveBeenCalledTimes(1)
  })

  test('is built again after a build that failed', async () => {
    const build = vi.fn(async () => async () => 'done').mockRejectedValueOnce(new Error('not yet'))
    const handler = startedBy(build)
    await expect(handler()).rejects.toThrow('not yet')
    expect(await handler()).toBe('done')
    expect(build).toHaveBeenCalledTimes(2)
  })

  test('is not built again after a call that failed', async () => {
    const build = vi.fn(async () => () => Promise.reject(new Error('refused')))
    const handler = startedBy(build)
    await expect(handler()).rejects.toThrow('refused')
    await expect(handler()).rejects.toThrow('refused')
    expect(build).toHaveBeenCalledTimes(1)
  })
})
