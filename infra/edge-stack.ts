import { type App, Stack } from 'aws-cdk-lib'
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2'
import type { Province } from '../shared/province.ts'

/** Rules of a managed group that would refuse honest requests here. They count, and the functions judge. */
const onlyCounted = [
  // 8 KB. Answers of a dossier may have 128, and every contract has its own limit.
  'SizeRestrictions_BODY',
  // Citizens write free text, and no answer of ours is HTML that shows it.
  'CrossSiteScripting_BODY',
  // The servers of payment providers.
  'NoUserAgent_HEADER',
]

const metric = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  // A sample would show the headers of a citizen's request, token and all.
  sampledRequestsEnabled: false,
})

const managed = (
  priority: number,
  name: string,
  counted: readonly string[] = [],
): CfnWebACL.RuleProperty => ({
  name,
  priority,
  overrideAction: { none: {} },
  visibilityConfig: metric(name),
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name: `AWSManagedRules${name}`,
      ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
    },
  },
})

/** The firewall in front of a province's API. CloudFront takes firewalls from this region only. */
export class EdgeStack extends Stack {
  readonly firewallArn: string

  constructor(app: App, province: Province, edge: NonNullable<Province['edge']>) {
    const { account } = province.aws
    if (account === undefined) throw new Error(`province ${province.code}: an edge needs the account`)
    super(app, `Province-${province.code}-Edge`, {
      description: `Motcua, ${province.name.en} (${province.environment}): the firewall`,
      env: { account, region: 'us-east-1' },
      terminationProtection: true,
      tags: { project: 'motcua', province: province.code, environment: province.environment },
    })
    const firewall = new CfnWebACL(this, 'Firewall', {
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: metric('Firewall'),
      rules: [
        {
          name: 'TooManyOfOneAddress',
          priority: 0,
          action: {
            block: {
              customResponse: {
                responseCode: 429,
                responseHeaders: [{ name: 'Retry-After', value: '300' }],
              },
            },
          },
          visibilityConfig: metric('TooManyOfOneAddress'),
          statement: {
            rateBasedStatement: {
              aggregateKeyType: 'IP',
              evaluationWindowSec: 300,
              limit: edge.requestsPerFiveMinutes,
            },
          },
        },
        managed(1, 'AmazonIpReputationList'),
        managed(2, 'KnownBadInputsRuleSet'),
        managed(3, 'CommonRuleSet', onlyCounted),
      ],
    })
    this.firewallArn = firewall.attrArn
  }
}
