import { createHash, createHmac } from 'node:crypto'
import type { Instant } from './time.ts'

export interface AwsCredentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string | undefined
}

export interface Unsigned {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
}

const hex = (data: string): string => createHash('sha256').update(data).digest('hex')
const mac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()

/**
 * Signature Version 4 of a POST without a query: the headers to send. Written here for one call of one service;
 * its client from the SDK would be the largest part of every function that needs a password.
 */
export const signPost = (
  { url, headers, body }: Unsigned,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
  scope: { region: string; service: string },
  at: Instant,
): Record<string, string> => {
  const { host, pathname } = new URL(url)
  const moment = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = moment.slice(0, 8)
  const sent: Record<string, string> = {
    ...headers,
    host,
    'x-amz-date': moment,
    ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
  }
  const names = Object.keys(sent).sort()
  const signed = names.join(';')
  const canonical = [
    'POST',
    pathname,
    '',
    ...names.map((name) => `${name}:${sent[name]}`),
    '',
    signed,
    hex(body),
  ].join('\n')
  const place = `${day}/${scope.region}/${scope.service}/aws4_request`
  const key = mac(mac(mac(mac(`AWS4${secretAccessKey}`, day), scope.region), scope.service), 'aws4_request')
  const signature = mac(key, ['AWS4-HMAC-SHA256', moment, place, hex(canonical)].join('\n')).toString('hex')
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${place}, SignedHeaders=${signed}, Signature=${signature}`,
  }
}
