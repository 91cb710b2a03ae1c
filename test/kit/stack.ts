import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { contracts } from '../../functions/entries.ts'
import { buckets, credentials, region } from '../../infra/local/environment.ts'
import { type Runner, type RunnerOptions, startRunner } from '../../infra/local/runner.ts'
import type { TokenRequest } from '../../infra/local/sandbox-issuer.ts'
import { tableName } from '../../infra/local/tables-setup.ts'
import { birth, birthAnswers } from './answers.ts'
import { recordAnswer } from './recording.ts'

/** A real PDF: a page with Vietnamese text, as a browser prints it. */
export const paper = readFileSync('infra/local/demo/giay-chung-sinh.pdf')
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

interface Call {
  token?: string | undefined
  key?: string
  body?: unknown
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers as a portal in plain JavaScript would
  json: any
}

const routes = contracts.map((contract) => ({
  contract: contract.id,
  method: contract.method as string,
  path: new RegExp(`^${contract.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
}))

/** Notes which answers the contracts really give; a last check holds them against what is declared. */
const note = (method: string, path: string, { status, json }: Answer): void => {
  const directory = process.env.MOTCUA_ANSWERS
  const bare = path.split('?')[0] ?? ''
  const route = routes.find((known) => known.method === method && known.path.test(bare))
  if (!directory || !route) return
  const code = status < 400 ? null : (json?.code ?? null)
  recordAnswer(directory, { contract: route.contract, status, code })
}

/** Talks to a running backend as a portal does; every answer is noted for the check of declared errors. */
export const createPortal = (url: string) => {
  let keys = 0
  const call = async (
    method: string,
    path: string,
    { token, key, body, headers }: Call = {},
  ): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token ? { Authorization: `Bearer ${token}` } : {}),
        ...(key ? { 'Idempotency-Key': key } : {}),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    }
    note(method, path, answer)
    return answer
  }
  const newKey = (): string => {
    keys += 1
    return `key-${keys}`
  }

  const upload = async (
    token: string,
    bytes: Uint8Array = paper,
    declared: { fileName?: string; contentType?: string; size?: number; sha256?: string } = {},
  ): Promise<string> => {
    const contentType = declared.contentType ?? 'application/pdf'
    const opened = await call('POST', '/v1/documents', {
      token,
      key: newKey(),
      body: {
        fileName: 'giay-chung-sinh.pdf',
        size: bytes.length,
        sha256: sha256(bytes),
        purpose: 'component',
        ...declared,
        contentType,
      },
    })
    if (opened.status !== 201) throw new Error(`no upload ticket: ${opened.text}`)
    const { id, upload: ticket } = opened.json
    const form = new FormData()
    for (const [name, value] of Object.entries(ticket.fields)) form.append(name, String(value))
    form.append('file', new Blob([new Uint8Array(bytes)], { type: contentType }), 'file')
    const stored = await fetch(ticket.url, { method: 'POST', body: form })
    if (!stored.ok) throw new Error(`the store refused the upload: ${await stored.text()}`)
    const completed = await call('POST', `/v1/documents/${id}/complete`, { token, key: newKey(), body: {} })
    if (completed.status !== 200) throw new Error(`not completed: ${completed.text}`)
    return id
  }

  const draft = async (
    token: string,
    documentId?: string,
    answers: unknown = birthAnswers,
  ): Promise<string> => {
    const created = await call('POST', '/v1/dossiers', {
      token,
      key: newKey(),
      body: {
        procedureCode: birth.procedureCode,
        agency: birth.agency,
        answers,
        ...(documentId ? { components: [{ componentId: birth.componentId, documentId }] } : {}),
      },
    })
    if (created.status !== 201) throw new Error(`no draft: ${created.text}`)
    return created.json.id
  }

  const submit = (token: string, id: string, key: string = newKey()): Promise<Answer> =>
    call('POST', `/v1/dossiers/${id}/submit`, { token, key, body: { declaration: true } })

  return { url, call, newKey, upload, draft, submit }
}

export type Portal = ReturnType<typeof createPortal>

/** What somebody with access to the storage could do behind the back of the system. */
const tampering = (runner: Runner) => {
  const at = { endpoint: runner.storageUrl, region, credentials }
  const s3 = new S3Client({ ...at, forcePathStyle: true })
  const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(at))
  const file = (documentId: string, hash: string) => ({
    Bucket: buckets.clean,
    Key: `documents/${documentId}/${hash}`,
  })
  return {
    answers: async (dossierId: string, answers: unknown): Promise<void> => {
      const table = {
        TableName: tableName('dossier'),
        Key: { pk: `dossier#${dossierId}`, sk: 'dossier#content' },
      }
      const { Item } = await dynamo.send(new GetCommand(table))
      const content = JSON.stringify({ ...JSON.parse(Item?.content), answers })
      await dynamo.send(new PutCommand({ TableName: table.TableName, Item: { ...Item, content } }))
    },
    dropFile: async (documentId: string, hash: string): Promise<void> => {
      await s3.send(new DeleteObjectCommand(file(documentId, hash)))
    },
    swapFile: async (documentId: string, hash: string, bytes: Uint8Array): Promise<void> => {
      await s3.send(
        new PutObjectCommand({ ...file(documentId, hash), Body: bytes, ChecksumAlgorithm: 'SHA256' }),
      )
    },
  }
}

/** The whole backend in this process on free ports, nothing kept, and a portal to talk to it. */
export const startStack = async (options: Partial<RunnerOptions> = {}) => {
  const problems: string[] = []
  const logLines: string[] = []
  const runner: Runner = await startRunner({
    port: 0,
    dataDirectory: null,
    log: (line) => problems.push(line),
    functionLog: (line) => logLines.push(line),
    ...options,
  })
  const portal = createPortal(runner.url)
  const citizen = (n = 1): Promise<string> =>
    runner.token({
      actor: 'citizen',
      personalId: `0370900${String(n).padStart(5, '0')}`,
      name: 'Nguyễn Thị Ánh',
    } as TokenRequest)
  /** A clean document of the caller, inspected. */
  const cleanPaper = async (token: string): Promise<string> => {
    const id = await portal.upload(token)
    await runner.drain()
    return id
  }
  return {
    ...portal,
    runner,
    citizen,
    cleanPaper,
    problems,
    logLines,
    tamper: tampering(runner),
    stop: runner.stop,
  }
}

export type Stack = Awaited<ReturnType<typeof startStack>>
