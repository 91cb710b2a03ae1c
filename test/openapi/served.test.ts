import { readFileSync } from 'node:fs'
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { expect, test } from 'vitest'
import { openApiFile } from '../../infra/openapi.ts'

process.env.PROVINCE_FILE = 'infra/provinces/37.json'
const { handler } = await import('../../functions/ops/api.ts')

const get = (path: string) =>
  handler(
    {
      version: '2.0',
      routeKey: `GET ${path}`,
      rawPath: path,
      rawQueryString: '',
      headers: {},
      isBase64Encoded: false,
      requestContext: { requestId: 'r', http: { method: 'GET', path, sourceIp: '127.0.0.1' } },
    } as unknown as APIGatewayProxyEventV2,
    {} as Context,
  )

test('GET /v1/openapi.json answers the whole committed document', async () => {
  const answer = await get('/v1/openapi.json')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers).toMatchObject({
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'public, max-age=300',
  })
  expect(JSON.parse(answer.body ?? '')).toEqual(JSON.parse(readFileSync(openApiFile, 'utf8')))
})

test('GET /docs answers the page, the same each time', async () => {
  const answer = await get('/docs')
  expect(answer.statusCode).toBe(200)
  expect(answer.headers).toMatchObject({
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'public, max-age=300',
  })
  expect(answer.body).toMatch(/^<!doctype html>[\s\S]*submitDossier[\s\S]*<\/html>\n$/)
  expect((await get('/docs')).body).toBe(answer.body)
})
