import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { expect, it } from 'vitest'

process.env.PROVINCE_FILE = 'infra/provinces/37.json'
const { handler } = await import('../../../functions/ops/api.ts')

const ask = (routeKey: string) =>
  handler(
    {
      routeKey,
      headers: { 'accept-language': 'en' },
      rawQueryString: '',
      requestContext: { requestId: 'r-1', http: { sourceIp: '127.0.0.1' } },
    } as unknown as APIGatewayProxyEventV2,
    {} as Context,
  )

it('says that it is up, where and in which version', async () => {
  const answer = await ask('GET /v1/health')
  expect(answer.statusCode).toBe(200)
  expect(JSON.parse(answer.body ?? '')).toEqual({
    status: 'ok',
    province: '37',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  })
})

it('answers every other address with a problem', async () => {
  const answer = await ask('$default')
  expect(answer.statusCode).toBe(404)
  expect(answer.headers?.['Content-Type']).toMatch(/^application\/problem\+json/)
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'not-found', status: 404 })
})
