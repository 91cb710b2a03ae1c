import type { APIGatewayProxyEventV2, Context } from 'aws-lambda'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNationalRecords } from '../../../functions/catalogue/national-records.ts'
import { publishAll } from '../../../functions/catalogue/publish.ts'
import provinceFile from '../../../infra/provinces/37.json' with { type: 'json' }
import { writeCursor } from '../../../shared/dynamo.ts'
import { provinceSchema } from '../../../shared/province.ts'
import { birth, criminalRecord, residence } from './samples.ts'
import { log, startWorld, type World } from './world.ts'

let world: World
let place: Awaited<ReturnType<World['fresh']>>
beforeAll(async () => {
  world = await startWorld()
  place = await world.fresh()
  await publishAll({
    dynamo: world.dynamo,
    table: place.table,
    clock: place.clock,
    province: provinceSchema.parse(provinceFile),
    environment: 'test',
    nationalRecords: readNationalRecords(),
    log,
  })
})
afterAll(() => world.stop())

const get = async (route: string, rawQueryString: string, pathParameters: Record<string, string> = {}) => {
  const event = {
    routeKey: `GET ${route}`,
    headers: {},
    rawQueryString,
    pathParameters,
    isBase64Encoded: false,
    requestContext: { requestId: 'r1', http: { method: 'GET', path: route, sourceIp: '127.0.0.1' } },
  } as unknown as APIGatewayProxyEventV2
  const result = await place.handler(event, {} as Context)
  return { status: result.statusCode, headers: result.headers ?? {}, body: JSON.parse(result.body ?? '{}') }
}
const list = (query = '') => get('/v1/procedures', query)
const read = (code: string) => get('/v1/procedures/{code}', '', { code })
const codesOf = (body: { items: { code: string }[] }) => body.items.map((item) => item.code)

describe('GET /v1/procedures', () => {
  it('lists every procedure with exactly what the list promises', async () => {
    const { status, body, headers } = await list()
    expect(status).toBe(200)
    expect(headers['Cache-Control']).toBe('public, max-age=60')
    expect(body.nextCursor).toBeNull()
    expect(codesOf(body)).toEqual([birth, residence, criminalRecord])
    expect(Object.keys(body.items[0]).sort()).toEqual(
      'agencies audience code essential fees field level name nameEn timeLimit version'.split(' '),
    )
    expect(body.items[1].agencies[0]).toEqual({
      code: '000.00.13.H40',
      name: 'Công an phường Nam Định',
      nameEn: 'Police of Nam Dinh Ward',
    })
  })

  it.each([
    ['q=dang%20ky%20thuong%20tru', [residence]],
    [`q=${encodeURIComponent('Đăng ký')}`, [birth, residence]],
    ['field=ho-tich', [birth]],
    ['level=full&audience=foreigner', [criminalRecord]],
    ['level=partial', []],
  ])('%s', async (query, codes) => {
    expect(codesOf((await list(query)).body)).toEqual(codes)
  })

  it('goes from page to page', async () => {
    const first = await list('limit=2')
    expect(codesOf(first.body)).toEqual([birth, residence])
    const second = await list(`limit=2&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({ items: [{ code: criminalRecord }], nextCursor: null })
    // A page that ends where the list ends leads nowhere.
    expect((await list('limit=3')).body.nextCursor).toBeNull()
    expect((await list('limit=1&q=thuong%20tru')).body.items).toHaveLength(1)
  })

  it.each([
    ['limit=0', 'limit'],
    ['level=toan-trinh', 'level'],
    ['sort=name', 'sort'],
    ['cursor=xyz', 'cursor'],
    [`cursor=${writeCursor({ code: 'đ'.repeat(600) }, ['code'])}`, 'cursor'],
  ])('%s is refused', async (query, parameter) => {
    const { status, body } = await list(query)
    expect(status).toBe(422)
    expect(body.errors[0].parameter).toBe(parameter)
  })
})

describe('GET /v1/procedures/{code}', () => {
  it('shows the whole version, with its number as ETag', async () => {
    const { status, body, headers } = await read(residence)
    expect(status).toBe(200)
    expect(headers.ETag).toBe('"1"')
    expect(headers['Cache-Control']).toBe('public, max-age=60')
    expect(body).toMatchObject({
      code: residence,
      version: 1,
      validFrom: '2025-07-01T00:00:00.000+07:00',
      level: 'full',
      timeLimit: { value: 7, unit: 'workingDays', startRule: { kind: 'lastHour' } },
      contact: { email: '/requester/email' },
    })
    expect(body.cases.map((known: { code: string }) => known.code)).toHaveLength(3)
    expect(body.form).toEqual((await place.catalogue.current(residence))?.form)
    expect(body.components[0]).toMatchObject({
      id: 'ct01',
      kind: 'eform',
      required: true,
      copies: 1,
      sources: [],
    })
  })

  it.each(['9.999999', 'x', '1.004222 ', '%00', 'đ'.repeat(64)])('%j is not found', async (code) => {
    const { status, body } = await read(code)
    expect([status, body.code]).toEqual([404, 'not-found'])
  })
})
