import { describe, expect, test } from 'vitest'
import { contracts, entries } from '../../functions/entries.ts'
import { defaultThrottle } from '../../shared/contract.ts'
import { provinces, synthesize, textOf } from './synthesized.ts'

const routeKey = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

describe.each(provinces)('the front door of province $code', (province) => {
  const { of, resources } = synthesize(province)
  const routes = of('AWS::ApiGatewayV2::Route')
  const stage = of('AWS::ApiGatewayV2::Stage')[0]?.[1]

  /** The function behind a route: route → integration → function. */
  const behind = (key: string): string => {
    const target = routes.find(([, { Properties }]) => Properties.RouteKey === key)?.[1].Properties.Target
    const integration = target['Fn::Join'][1].find((part: { Ref?: string }) => part.Ref).Ref as string
    return textOf(resources.get(integration)?.Properties.IntegrationUri)
  }

  test('has one route for each contract and one for everything else', () => {
    expect(routes.map(([, { Properties }]) => Properties.RouteKey).sort()).toEqual(
      [...contracts.map(routeKey), '$default'].sort(),
    )
  })

  test('leads each contract to the function that serves it', () => {
    for (const { name, trigger } of entries) {
      if (trigger.kind !== 'http') continue
      const [context, which] = name.split('-')
      const keys = [...trigger.contracts.map(routeKey), ...(trigger.isDefault ? ['$default'] : [])]
      for (const key of keys)
        expect(behind(key).toLowerCase(), key).toMatch(new RegExp(`^${context}s?${which}function$`))
    }
  })

  test('throttles each route as its contract says, and all the rest', () => {
    const throttles = Object.fromEntries(
      contracts.map((contract) => {
        const { rate, burst } = contract.throttle ?? defaultThrottle
        return [routeKey(contract), { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }]
      }),
    )
    expect(stage?.Properties.RouteSettings).toEqual(throttles)
    expect(stage?.Properties.DefaultRouteSettings).toMatchObject({
      ThrottlingRateLimit: defaultThrottle.rate,
      ThrottlingBurstLimit: defaultThrottle.burst,
    })
  })

  test('makes its routes before the stage that has settings for them', () => {
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(routes.map(([id]) => id)))
  })

  test('logs no query string, path, address, user agent or header', () => {
    const format = JSON.parse(stage?.Properties.AccessLogSettings.Format) as Record<string, string>
    expect(Object.values(format).sort()).toEqual([
      '$context.error.responseType',
      '$context.integrationLatency',
      '$context.integrationStatus',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ])
  })

  test('lets the pages of the province in, with the headers of the API', () => {
    expect(of('AWS::ApiGatewayV2::Api')[0]?.[1].Properties.CorsConfiguration).toEqual({
      AllowOrigins: province.cors.origins,
      AllowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      AllowHeaders: [
        'Authorization',
        'Content-Type',
        'Idempotency-Key',
        'If-Match',
        'Accept-Language',
        'Prefer',
      ],
      ExposeHeaders: ['ETag', 'Idempotent-Replayed', 'Retry-After'],
      MaxAge: 3600,
    })
  })

  test('asks for one permission a function, so that its policy stays below 20 KB', () => {
    const permissions = of('AWS::Lambda::Permission').filter(
      ([, { Properties }]) => Properties.Principal === 'apigateway.amazonaws.com',
    )
    const served = entries.filter(({ trigger }) => trigger.kind === 'http').length
    // The doorkeeper is asked by API Gateway too.
    expect(permissions).toHaveLength(served + (province.edge ? 1 : 0))
  })
})
