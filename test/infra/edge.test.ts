import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { contracts } from '../../functions/entries.ts'
import { doorkeeperCode } from '../../infra/kit/doorkeeper.ts'
import { nameViewer } from '../../infra/kit/edge.ts'
import { provinces, synthesize } from './synthesized.ts'

const guarded = provinces.filter(({ edge }) => edge)

test('one province at least has an edge and one has none', () => {
  expect([guarded.length > 0, guarded.length < provinces.length]).toEqual([true, true])
})

describe.each(guarded)('the edge of province $code', (province) => {
  const { of, edgeOf, resources } = synthesize(province)
  const [distribution] = of('AWS::CloudFront::Distribution').map(
    ([, made]) => made.Properties.DistributionConfig,
  )

  test('has a firewall with a limit for one address and the groups of AWS', () => {
    const [firewall] = edgeOf('AWS::WAFv2::WebACL').map(([, { Properties }]) => Properties)
    expect(firewall.Scope).toBe('CLOUDFRONT')
    const rules: { Name: string; Statement: { RateBasedStatement?: unknown } }[] = firewall.Rules
    expect(rules.map(({ Name }) => Name)).toEqual([
      'TooManyOfOneAddress',
      'AmazonIpReputationList',
      'KnownBadInputsRuleSet',
      'CommonRuleSet',
    ])
    expect(rules[0]?.Statement.RateBasedStatement).toEqual({
      AggregateKeyType: 'IP',
      EvaluationWindowSec: 300,
      Limit: province.edge?.requestsPerFiveMinutes,
    })
    expect(JSON.stringify(firewall)).not.toContain('"SampledRequestsEnabled":true')
  })

  test('stands behind that firewall, from the other region, under the domain of the province', () => {
    expect(distribution.WebACLId['Fn::GetStackOutput']).toMatchObject({
      StackName: `Province-${province.code}-Edge`,
      Region: 'us-east-1',
    })
    expect(distribution.Aliases).toEqual([province.edge?.domain])
  })

  test('keeps no answer and speaks TLS to both sides', () => {
    const { CachePolicyId, ViewerProtocolPolicy } = distribution.DefaultCacheBehavior
    // CachingDisabled, by the id AWS gave it.
    expect(CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad')
    expect(ViewerProtocolPolicy).toBe('https-only')
    expect(distribution.ViewerCertificate.MinimumProtocolVersion).toBe('TLSv1.2_2021')
    expect(distribution.Origins[0].CustomOriginConfig.OriginProtocolPolicy).toBe('https-only')
  })

  test('is the only way to every contract', () => {
    const open = of('AWS::ApiGatewayV2::Route').filter(([, { Properties }]) => !Properties.AuthorizerId)
    expect(open.map(([, { Properties }]) => Properties.RouteKey)).toEqual(['$default'])
    expect(of('AWS::ApiGatewayV2::Route')).toHaveLength(contracts.length + 1)
    const [authorizer] = of('AWS::ApiGatewayV2::Authorizer').map(([, { Properties }]) => Properties)
    expect(authorizer.IdentitySource).toEqual(['$request.header.motcua-edge'])
  })

  test('shows the API the same secret that the doorkeeper looks for', () => {
    const [header] = distribution.Origins[0].OriginCustomHeaders
    const keeper = [...resources].find(([id]) => id.startsWith('DoorkeeperFunction'))?.[1].Properties
    expect(header.HeaderName).toBe('motcua-edge')
    expect(keeper.Environment.Variables.EDGE_SECRET).toEqual(header.HeaderValue)
    expect(JSON.stringify(header.HeaderValue)).toContain('{{resolve:secretsmanager:')
  })
})

test.each(provinces.filter(({ edge }) => !edge))(
  'province $code has no edge and no doorkeeper',
  (province) => {
    const { of, edgeOf } = synthesize(province)
    expect(of('AWS::CloudFront::Distribution')).toEqual([])
    expect(of('AWS::ApiGatewayV2::Authorizer')).toEqual([])
    expect(edgeOf('AWS::WAFv2::WebACL')).toEqual([])
  },
)

describe('the doorkeeper', () => {
  type Answer = { isAuthorized: boolean; context: unknown }
  const exports: { handler?: (event: { headers: Record<string, string> }) => Promise<Answer> } = {}
  new Function('require', 'exports', 'process', doorkeeperCode)(createRequire(import.meta.url), exports, {
    env: { EDGE_SECRET: 'the-secret' },
  })
  const ask = (headers: Record<string, string>) => exports.handler?.({ headers })

  test('lets in who knows the secret, and says so to the function behind', async () => {
    expect(await ask({ 'motcua-edge': 'the-secret' })).toEqual({
      isAuthorized: true,
      context: { edge: 'ours' },
    })
  })

  test.each(['the-secre', 'the-secret-', 'THE-SECRET', ''])('keeps out %j', async (guess) => {
    expect(await ask({ 'motcua-edge': guess })).toMatchObject({ isAuthorized: false })
    expect(await ask({})).toMatchObject({ isAuthorized: false })
  })
})

test('who called is written over what the caller said', () => {
  const handler = new Function(`${nameViewer}; return handler`)()
  const request = { headers: { 'motcua-viewer': { value: '203.0.113.9' }, accept: { value: '*/*' } } }
  expect(handler({ request, viewer: { ip: '198.51.100.7' } }).headers).toEqual({
    'motcua-viewer': { value: '198.51.100.7' },
    accept: { value: '*/*' },
  })
})
