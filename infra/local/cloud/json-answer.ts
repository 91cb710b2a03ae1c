import { randomUUID } from 'node:crypto'
import type { CloudTarget } from './calls.ts'
import { ServiceError } from './service-error.ts'

export type WireAnswer = {
  readonly status: number
  readonly headers: readonly string[]
  readonly body: Buffer
}

function wire(
  target: CloudTarget,
  status: number,
  document: unknown,
  extra: readonly string[] = [],
): WireAnswer {
  const body = Buffer.from(JSON.stringify(document))
  const version = target === 'sqs' || target === 'dynamodb' ? '1.0' : '1.1'
  const headers = [
    'content-type',
    `application/x-amz-json-${version}`,
    'x-amzn-requestid',
    randomUUID(),
    'content-length',
    String(body.length),
    ...extra,
  ]
  return { status, headers, body }
}

/** The answer of a JSON service to a call that succeeded. */
export function jsonAnswer(target: CloudTarget, document: unknown): WireAnswer {
  return wire(target, 200, document)
}

const shapes: Record<string, string> = {
  'AWS.SimpleQueueService.NonExistentQueue': 'QueueDoesNotExist',
}

/** The answer of a JSON service to a call that it refuses; what is not a refusal is told as InternalFailure. */
export function jsonError(target: CloudTarget, error: unknown): WireAnswer {
  const known =
    error instanceof ServiceError
      ? error
      : new ServiceError('InternalFailure', 500, 'The request processing has failed.')
  const document = { message: known.message, ...known.details }
  if (target === 'sqs') {
    const shape = shapes[known.code] ?? known.code.split('.').at(-1)
    const fault = known.status >= 500 ? 'Receiver' : 'Sender'
    const query = ['x-amzn-query-error', `${known.code};${fault}`]
    return wire(target, known.status, { __type: `com.amazonaws.sqs#${shape}`, ...document }, query)
  }
  if (target === 'dynamodb') {
    const { message, ...details } = document
    const type = `com.amazonaws.dynamodb.v20120810#${known.code}`
    return wire(target, known.status, { __type: type, Message: message, message, ...details })
  }
  return wire(target, known.status, { __type: known.code, ...document })
}
