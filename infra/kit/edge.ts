import { CfnOutput, Duration, Validations } from 'aws-cdk-lib'
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager'
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  HttpVersion,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront'
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins'
import { Construct } from 'constructs'
import type { Province } from '../../shared/province.ts'
import { viewerHeader } from '../../shared/viewer.ts'
import { edgeHeader } from './doorkeeper.ts'

interface EdgeProps {
  edge: NonNullable<Province['edge']>
  firewallArn: string
  /** The host of the API behind it, and what shows the API that a request comes from here. */
  origin: { host: string; secret: string }
}

/** Says who called, over whatever the caller said about itself. */
export const nameViewer = `function handler(event) {
  event.request.headers['${viewerHeader}'] = { value: event.viewer.ip }
  return event.request
}
`

/** CloudFront with the firewall, under the province's domain. It keeps no answer. */
export class Edge extends Construct {
  constructor(scope: Construct, id: string, { edge, firewallArn, origin }: EdgeProps) {
    super(scope, id)
    const distribution = new Distribution(this, 'Distribution', {
      comment: `Motcua API, ${edge.domain}`,
      domainNames: [edge.domain],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', edge.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      webAclId: firewallArn,
      defaultBehavior: {
        origin: new HttpOrigin(origin.host, {
          protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
          // A submission may take 29 seconds.
          readTimeout: Duration.seconds(35),
          // Over whatever the caller sent under that name.
          customHeaders: { [edgeHeader]: origin.secret },
        }),
        allowedMethods: AllowedMethods.ALLOW_ALL,
        viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
        cachePolicy: CachePolicy.CACHING_DISABLED,
        // API Gateway knows its API by the host and refuses the province's.
        originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        functionAssociations: [
          {
            eventType: FunctionEventType.VIEWER_REQUEST,
            function: new EdgeFunction(this, 'NameViewer', { code: FunctionCode.fromInline(nameViewer) }),
          },
        ],
      },
    })
    Validations.of(this).acknowledge(
      { id: 'AwsSolutions-CFR1', reason: 'Citizens abroad have the same rights.' },
      {
        id: 'AwsSolutions-CFR3',
        reason:
          'Its log would hold addresses and query strings, with tracking PINs. The API logs every request.',
      },
    )
    new CfnOutput(this, 'Target', { value: distribution.distributionDomainName })
  }
}
