import type { Runner } from './runner.ts'

/** What a person reads when the sandbox is up: what runs, where it is, and what to do first. */
export const welcome = (runner: Runner, about: { kept: boolean; embedded: boolean }): string => {
  const { url } = runner
  const rows: [string, string][] = [
    ['API', `${url}/v1/health`],
    ['Reference', `${url}/docs`],
    ['OpenAPI', `${url}/v1/openapi.json`],
    ['Storage', `${runner.storageUrl} (S3, KMS, EventBridge, SQS, DynamoDB)`],
    ['Database', `${runner.engineUrl} (${about.embedded ? 'embedded' : 'yours'})`],
    ['Mail', `${runner.smtpUrl} (captured, never sent on)`],
    ['Data', about.kept ? runner.dataDirectory : 'in memory, gone when this stops'],
  ]
  const help: [string, string][] = [
    [`POST ${url}/_sandbox/tokens`, 'an access token, body {"actor":"citizen"}'],
    [`PUT  ${url}/_sandbox/clock`, 'travel in time, body {"now":"2026-12-01T08:00:00+07:00"}'],
    [`GET  ${url}/_sandbox/messages?to=`, 'the mails that were sent'],
    [`POST ${url}/_sandbox/drain`, 'wait until everything under way is done'],
    [`POST ${url}/_sandbox/faults`, 'break something, body {"target":"smtp","kind":"fail","count":1}'],
    [`POST ${url}/_sandbox/payments/{id}/outcome`, 'play the payment provider, body {"outcome":"success"}'],
    [`GET  ${url}/_sandbox/dead-letters`, 'messages that nobody could process'],
  ]
  const lines = (pairs: [string, string][]) => {
    const width = Math.max(...pairs.map(([name]) => name.length))
    return pairs.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`)
  }
  return [
    '',
    'Motcua is running on this machine.',
    '',
    ...lines(rows),
    '',
    'The sandbox:',
    ...lines(help),
    '',
    'Stop it with Ctrl-C.',
    '',
  ].join('\n')
}
