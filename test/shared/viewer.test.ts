import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { expect, test } from 'vitest'
import { viewerAddress } from '../../shared/viewer.ts'

const request = (headers: Record<string, string>, authorizer?: unknown): APIGatewayProxyEventV2 =>
  ({
    headers,
    requestContext: { http: { sourceIp: '130.176.0.1' }, ...(authorizer ? { authorizer } : {}) },
  }) as unknown as APIGatewayProxyEventV2
const throughEdge = { lambda: { edge: 'ours' } }

test.each(['198.51.100.7', '2001:db8::7'])('%s is the caller, named by our edge', (address) => {
  expect(viewerAddress(request({ 'motcua-viewer': address }, throughEdge))).toBe(address)
})

test.each([
  ['without an edge', request({ 'motcua-viewer': '198.51.100.7' })],
  ['with another authorizer', request({ 'motcua-viewer': '198.51.100.7' }, { lambda: { edge: 'theirs' } })],
  ['with an empty authorizer', request({ 'motcua-viewer': '198.51.100.7' }, { lambda: null })],
  ['that names nobody', request({}, throughEdge)],
  ['that names no address', request({ 'motcua-viewer': '198.51.100.7, 10.0.0.1' }, throughEdge)],
  ['with X-Forwarded-For', request({ 'x-forwarded-for': '198.51.100.7' }, throughEdge)],
])('a request %s comes from the other end of the connection', (_, event) => {
  expect(viewerAddress(event)).toBe('130.176.0.1')
})
