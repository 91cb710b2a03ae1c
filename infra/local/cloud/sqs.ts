import type { QueueSpec, Queues } from './queues.ts'
import { members, ServiceError } from './service-error.ts'
import {
  account,
  acknowledgement,
  type Input,
  invalid,
  number,
  outgoing,
  received,
  required,
} from './sqs-message.ts'

export type Sqs = {
  /** `endpoint` is where the caller reached the service: queue addresses are built on it. */
  handle(operation: string, input: unknown, endpoint: string): unknown
}

const pollMs = 25

function entriesOf(input: Input): Input[] {
  const { Entries: entries } = input
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new ServiceError(
      'AWS.SimpleQueueService.EmptyBatchRequest',
      400,
      'There should be at least one entry in the request.',
    )
  }
  if (entries.length > 10) {
    throw new ServiceError(
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
      400,
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    )
  }
  const documents = entries.map(members)
  if (new Set(documents.map((entry) => required(entry, 'Id'))).size !== documents.length) {
    throw new ServiceError(
      'AWS.SimpleQueueService.BatchEntryIdsNotDistinct',
      400,
      'Two or more batch entries have the same Id.',
    )
  }
  return documents
}

function batch(input: Input, each: (entry: Input) => Input): unknown {
  const Successful: Input[] = []
  const Failed: Input[] = []
  for (const entry of entriesOf(input)) {
    try {
      Successful.push({ Id: entry.Id, ...each(entry) })
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error
      Failed.push({ Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message })
    }
  }
  return { Successful, Failed }
}

function receipt(input: Input): string {
  const handle = required(input, 'ReceiptHandle')
  if (!/^[0-9a-f-]{36}$/.test(handle)) {
    throw new ServiceError('ReceiptHandleIsInvalid', 400, 'The input receipt handle is invalid.')
  }
  return handle
}

/** The operations of SQS over durable queues; the queues themselves are given, not made here. */
export function createSqs(queues: Queues): Sqs {
  function needSpec(name: string): QueueSpec {
    const spec = queues.spec(name)
    if (!spec) {
      throw new ServiceError(
        'AWS.SimpleQueueService.NonExistentQueue',
        400,
        'The specified queue does not exist.',
      )
    }
    return spec
  }
  function queueOf(input: Input): string {
    return needSpec(required(input, 'QueueUrl').split('/').at(-1) ?? '').name
  }
  function send(queue: string, input: Input): Input {
    const message = outgoing(queue, input)
    return acknowledgement(message, queues.send(queue, message.body, message))
  }
  async function receive(input: Input): Promise<unknown> {
    const queue = queueOf(input)
    const max = number(input, 'MaxNumberOfMessages', 1, 10, 1)
    const wait = number(input, 'WaitTimeSeconds', 0, 20)
    const visibility =
      input.VisibilityTimeout === undefined ? undefined : number(input, 'VisibilityTimeout', 0, 43_200)
    // The caller waits in real time, whatever the runner's clock says.
    const patience = performance.now() + wait * 1000
    for (;;) {
      const messages = queues.receive(queue, max, visibility)
      if (messages.length > 0) return { Messages: messages.map((message) => received(message, input)) }
      if (performance.now() >= patience) return {}
      await new Promise((resolve) => setTimeout(resolve, pollMs))
    }
  }
  function attributes(input: Input): unknown {
    const spec = needSpec(queueOf(input))
    const depth = queues.depth(spec.name)
    const arn = (name: string) => `arn:aws:sqs:local:${account}:${name}`
    const all: Record<string, string> = {
      QueueArn: arn(spec.name),
      VisibilityTimeout: String(spec.visibilitySeconds),
      ApproximateNumberOfMessages: String(depth.visible),
      ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
      ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    }
    if (spec.deadLetter !== null) {
      const policy = { deadLetterTargetArn: arn(spec.deadLetter), maxReceiveCount: spec.maxReceives }
      all.RedrivePolicy = JSON.stringify(policy)
    }
    const names = Array.isArray(input.AttributeNames) ? input.AttributeNames : []
    return {
      Attributes: Object.fromEntries(
        Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name)),
      ),
    }
  }

  const operations: Record<string, (input: Input, endpoint: string) => unknown> = {
    SendMessage: (input) => send(queueOf(input), input),
    SendMessageBatch: (input) => {
      const queue = queueOf(input)
      return batch(input, (entry) => send(queue, entry))
    },
    ReceiveMessage: receive,
    DeleteMessage: (input) => {
      queueOf(input)
      queues.remove(receipt(input))
      return {}
    },
    DeleteMessageBatch: (input) => {
      queueOf(input)
      return batch(input, (entry) => {
        queues.remove(receipt(entry))
        return {}
      })
    },
    ChangeMessageVisibility: (input) => {
      queueOf(input)
      const seconds = number(input, 'VisibilityTimeout', -1, 43_200)
      if (!queues.release(receipt(input), seconds)) {
        throw invalid(
          'Value for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.',
        )
      }
      return {}
    },
    GetQueueUrl: (input, endpoint) => ({
      QueueUrl: `${endpoint}/${account}/${needSpec(required(input, 'QueueName')).name}`,
    }),
    GetQueueAttributes: attributes,
  }

  return {
    handle: (operation, input, endpoint) => {
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined
      if (!run) throw new ServiceError('UnknownOperationException', 400, `Unknown operation ${operation}`)
      return run(members(input), endpoint)
    },
  }
}
