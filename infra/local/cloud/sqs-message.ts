import { createHash } from 'node:crypto'
import type { Outgoing, QueueMessage } from './queues.ts'
import { members, ServiceError } from './service-error.ts'

export type Input = Record<string, unknown>
export const account = '000000000000'
const maxBody = 256 * 1024

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}

export function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', 400, message)
}

export function number(input: Input, name: string, fallback: number, max: number, min = 0): number {
  const value = input[name] ?? fallback
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
    throw invalid(
      `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}.`,
    )
  }
  return value
}

export function required(input: Input, name: string): string {
  const value = input[name]
  if (typeof value !== 'string' || value === '') {
    throw new ServiceError('MissingParameter', 400, `The request must contain the parameter ${name}.`)
  }
  return value
}

/** SQS's digest of message attributes: names in order, each text led by its length. */
function md5OfAttributes(attributes: Readonly<Record<string, string>>): string {
  const hash = createHash('md5')
  const put = (text: string) => {
    const bytes = Buffer.from(text)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hash.update(length).update(bytes)
  }
  for (const [name, value] of Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))) {
    put(name)
    put('String')
    hash.update(Buffer.from([1]))
    put(value)
  }
  return hash.digest('hex')
}

function readAttributes(value: unknown): Record<string, string> {
  if (value === undefined) return {}
  return Object.fromEntries(
    Object.entries(members(value)).map(([name, attribute]) => {
      const { DataType, StringValue } = members(attribute)
      if (DataType !== 'String' || typeof StringValue !== 'string' || StringValue === '') {
        throw invalid(`The message attribute '${name}' must be a non-empty String.`)
      }
      return [name, StringValue]
    }),
  )
}

export function outgoing(queue: string, input: Input): Outgoing {
  const body = required(input, 'MessageBody')
  const attributes = readAttributes(input.MessageAttributes)
  const bytes = Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value) + 'String'.length,
    Buffer.byteLength(body),
  )
  if (bytes > maxBody)
    throw invalid(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maxBody} bytes.`,
    )
  const dedupId = input.MessageDeduplicationId
  return {
    queue,
    body,
    attributes,
    delaySeconds: number(input, 'DelaySeconds', 0, 900),
    ...(typeof dedupId === 'string' ? { dedupId } : {}),
  }
}

export function acknowledgement(message: Outgoing, messageId: string): Input {
  const attributes = message.attributes ?? {}
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(message.body),
    ...(Object.keys(attributes).length > 0 ? { MD5OfMessageAttributes: md5OfAttributes(attributes) } : {}),
  }
}

export function received(message: QueueMessage, input: Input): Input {
  const names = input.MessageSystemAttributeNames ?? input.AttributeNames
  const wanted = Array.isArray(names) ? names : []
  const attributeNames = Array.isArray(input.MessageAttributeNames) ? input.MessageAttributeNames : []
  const system: Record<string, string> = {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SenderId: account,
  }
  const shown = Object.entries(system).filter(([name]) => wanted.includes('All') || wanted.includes(name))
  const all = attributeNames.includes('All') || attributeNames.includes('.*')
  const attributes = Object.entries(message.attributes).filter(
    ([name]) => all || attributeNames.includes(name),
  )
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(shown.length > 0 ? { Attributes: Object.fromEntries(shown) } : {}),
    ...(attributes.length > 0
      ? {
          MessageAttributes: Object.fromEntries(
            attributes.map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
          ),
          MD5OfMessageAttributes: md5OfAttributes(Object.fromEntries(attributes)),
        }
      : {}),
  }
}
