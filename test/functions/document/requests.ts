import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { documentContracts } from '../../../functions/document/contract.ts'
import type { HttpHandler } from '../../../shared/http.ts'

export interface Answer {
  status: number
  headers: Record<string, unknown>
  body: unknown
  text: string
}

/** Calls a handler as the HTTP API would. */
export const createRequests = (handler: HttpHandler) => {
  let count = 0
  return async (
    id: (typeof documentContracts)[number]['id'],
    options: {
      as?: string
      of?: string
      body?: unknown
      headers?: Record<string, string>
      raw?: string
    } = {},
  ): Promise<Answer> => {
    count += 1
    const contract = documentContracts.find((one) => one.id === id)
    if (!contract) throw new Error('no such contract')
    const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
    const path = contract.path.replace('{id}', encodeURIComponent(options.of ?? ''))
    const event = {
      version: '2.0',
      routeKey: `${contract.method} ${contract.path}`,
      rawPath: path,
      rawQueryString: '',
      headers: {
        authorization: `Bearer ${options.as ?? 'lan'}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(contract.idempotent ? { 'idempotency-key': `key-${count}` } : {}),
        ...options.headers,
      },
      ...(options.of === undefined ? {} : { pathParameters: { id: options.of } }),
      requestContext: {
        requestId: `request-${count}`,
        http: { method: contract.method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.7', userAgent: '' },
      },
      isBase64Encoded: false,
      ...(body === undefined ? {} : { body }),
    } as unknown as APIGatewayProxyEventV2
    const result = await handler(event, {} as Context)
    const text = result.body ?? ''
    return {
      status: result.statusCode ?? 0,
      headers: result.headers ?? {},
      text,
      body: text === '' ? null : JSON.parse(text),
    }
  }
}
