import { createHash, createHmac } from 'node:crypto'
import { credentials, type Reply, raw, region } from './s3-stand.ts'

type Signing = {
  method: string
  path: string
  query?: string
  headers?: Record<string, string>
  body?: Buffer | string
  payload?: string
  now?: Date
  scope?: { region?: string; service?: string; date?: string; accessKeyId?: string }
  unsigned?: Record<string, string>
  signature?: (right: string) => string
}

const sha = (text: Buffer | string) => createHash('sha256').update(text).digest('hex')

/** Signs a request by hand and sends it: an implementation of its own, so that both sides cannot share a mistake. */
export function signed(port: number, signing: Signing): Promise<Reply> {
  const now = signing.now ?? new Date()
  const stamp = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const body = signing.body ?? ''
  const payload = signing.payload ?? sha(body)
  const headers: Record<string, string> = {
    host: `127.0.0.1:${port}`,
    'x-amz-date': stamp,
    'x-amz-content-sha256': payload,
    ...signing.headers,
  }
  const names = Object.keys(headers).sort()
  const canonical = [
    signing.method,
    signing.path,
    signing.query ?? '',
    ...names.map((name) => `${name}:${headers[name]}`),
    '',
    names.join(';'),
    payload,
  ].join('\n')
  const date = signing.scope?.date ?? stamp.slice(0, 8)
  const scope = `${date}/${signing.scope?.region ?? region}/${signing.scope?.service ?? 's3'}/aws4_request`
  let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`)
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  const right = createHmac('sha256', key)
    .update(`AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${sha(canonical)}`)
    .digest('hex')
  const signature = signing.signature?.(right) ?? right
  const who = signing.scope?.accessKeyId ?? credentials.accessKeyId
  const authorization = `AWS4-HMAC-SHA256 Credential=${who}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  const length = Buffer.byteLength(body)
  const framing =
    signing.method === 'PUT' || signing.method === 'POST' ? { 'content-length': String(length) } : {}
  const path = signing.query ? `${signing.path}?${signing.query}` : signing.path
  return raw(port, signing.method, path, { ...framing, ...headers, ...signing.unsigned, authorization }, body)
}
