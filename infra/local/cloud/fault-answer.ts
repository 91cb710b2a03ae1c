import type { CloudTarget } from './calls.ts'
import type { FaultKind } from './faults.ts'
import { jsonError, type WireAnswer } from './json-answer.ts'
import { errorAnswer, newRequestId } from './s3-answer.ts'
import { S3Error } from './s3-error.ts'
import { ServiceError } from './service-error.ts'

const failures: Record<Exclude<CloudTarget, 's3'>, string> = {
  dynamodb: 'InternalServerError',
  kms: 'KMSInternalException',
  events: 'InternalException',
  sqs: 'InternalFailure',
}

const singleWrites = ['PutItem', 'UpdateItem', 'DeleteItem']

function s3Answer(kind: FaultKind, head: boolean): WireAnswer | undefined {
  const codes = { fail: 'InternalError', throttle: 'SlowDown', conflict: 'OperationAborted' } as const
  if (kind !== 'fail' && kind !== 'throttle' && kind !== 'conflict') return undefined
  const requestId = newRequestId()
  const answer = errorAnswer(new S3Error(codes[kind]), '/', requestId)
  const body = Buffer.from(head || typeof answer.body !== 'string' ? '' : answer.body)
  const headers = Object.entries({ ...answer.headers, 'x-amz-request-id': requestId }).flat()
  return { status: answer.status, headers: [...headers, 'content-length', String(body.length)], body }
}

function conflict(target: CloudTarget, operation: string, request: Buffer): ServiceError | undefined {
  const ongoing = 'Transaction is ongoing for the item'
  if (target !== 'dynamodb') return new ServiceError('ConflictException', 409, 'Concurrent modification.')
  if (singleWrites.includes(operation)) return new ServiceError('TransactionConflictException', 400, ongoing)
  if (operation !== 'TransactWriteItems' && operation !== 'TransactGetItems') return undefined
  const items = (JSON.parse(request.toString('utf8')) as { TransactItems?: unknown[] }).TransactItems ?? []
  // One reason for each item, as DynamoDB gives them: the first is the one in conflict.
  const reasons = items.map((_, index) =>
    index === 0 ? { Code: 'TransactionConflict', Message: ongoing } : { Code: 'None' },
  )
  const codes = reasons.map((reason) => reason.Code).join(', ')
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  return new ServiceError('TransactionCanceledException', 400, message, { CancellationReasons: reasons })
}

/**
 * The error that a fault puts in the place of the service's answer, in that service's own words; undefined for the
 * kinds that let the call through, and for a conflict of a call that cannot have one.
 */
export function faultAnswer(
  kind: FaultKind,
  call: { target: CloudTarget; operation: string; request: Buffer; head: boolean },
): WireAnswer | undefined {
  const { target, operation } = call
  if (target === 's3') return s3Answer(kind, call.head)
  if (kind === 'fail') {
    return jsonError(
      target,
      new ServiceError(failures[target], 500, 'The request failed because of an internal error.'),
    )
  }
  if (kind === 'throttle') {
    const code = target === 'dynamodb' ? 'ProvisionedThroughputExceededException' : 'ThrottlingException'
    return jsonError(target, new ServiceError(code, 400, 'Rate exceeded'))
  }
  if (kind !== 'conflict') return undefined
  const refusal = conflict(target, operation, call.request)
  return refusal && jsonError(target, refusal)
}
