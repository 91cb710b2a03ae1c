import { Aws, CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import {
  CfnStage,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2'
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { defaultThrottle } from '../../shared/contract.ts'
import type { Province } from '../../shared/province.ts'
import { type Alarms, everyFiveMinutes } from './alarms.ts'
import type { Doorkeeper } from './doorkeeper.ts'
import type { TriggerOf } from './entry-of.ts'
import { retentionOf } from './log-retention.ts'

const throttled = ({ rate, burst }: { rate: number; burst: number }) => ({
  ThrottlingRateLimit: rate,
  ThrottlingBurstLimit: burst,
})

/** No query string (a tracking PIN travels in one), no path (it may name a dossier), no header, no address. */
const accessLine = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  refusal: '$context.error.responseType',
})

/** The HTTP API of a province: one route for each contract, each with its own throttle. */
export class FrontDoor extends Construct {
  readonly #api: HttpApi
  readonly #stage: CfnStage
  readonly #throttles: Record<string, ReturnType<typeof throttled>> = {}

  readonly #doorkeeper: Doorkeeper | undefined

  constructor(scope: Construct, id: string, province: Province, alarms: Alarms, doorkeeper?: Doorkeeper) {
    super(scope, id)
    this.#doorkeeper = doorkeeper
    this.#api = new HttpApi(this, 'Api', {
      description: `API of province ${province.code}`,
      createDefaultStage: false,
      corsPreflight: {
        allowOrigins: province.cors.origins,
        allowMethods: [
          CorsHttpMethod.GET,
          CorsHttpMethod.POST,
          CorsHttpMethod.PUT,
          CorsHttpMethod.PATCH,
          CorsHttpMethod.DELETE,
        ],
        allowHeaders: [
          'Authorization',
          'Content-Type',
          'Idempotency-Key',
          'If-Match',
          'Accept-Language',
          'Prefer',
        ],
        exposeHeaders: ['ETag', 'Idempotent-Replayed', 'Retry-After'],
        maxAge: Duration.hours(1),
      },
    })
    const log = new LogGroup(this, 'Log', {
      retention: retentionOf(province.logRetentionMonths),
      removalPolicy: RemovalPolicy.RETAIN,
    })
    this.#stage = new CfnStage(this, 'Stage', {
      apiId: this.#api.apiId,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: log.logGroupArn, format: accessLine },
      defaultRouteSettings: {
        throttlingRateLimit: defaultThrottle.rate,
        throttlingBurstLimit: defaultThrottle.burst,
        detailedMetricsEnabled: true,
      },
      routeSettings: this.#throttles,
    })
    alarms.watch(this, 'Failing', {
      metric: this.#api.metricServerError(everyFiveMinutes),
      atLeast: 5,
      meaning: 'Five requests in five minutes were answered with 5xx. Find their route in the access log.',
    })
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Every function verifies the token itself, so that a refusal is a problem document in two languages. Which callers a route takes is in its contract.',
    })
    new CfnOutput(this, 'Url', { value: this.#api.apiEndpoint })
  }

  /** Where the API answers. */
  get host(): string {
    return `${this.#api.apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}`
  }

  /** Leads the requests of these contracts to a function. */
  lead(to: IFunction, name: string, { contracts, isDefault }: TriggerOf<'http'>): void {
    const integration = new HttpLambdaIntegration(name, to, {
      // One permission a function: with one a route the policy of a function outgrows its 20 KB.
      scopePermissionToRoute: false,
    })
    const route = (id: string, routeKey: HttpRouteKey, authorizer?: IHttpRouteAuthorizer): void => {
      const made = new HttpRoute(this, id, {
        httpApi: this.#api,
        integration,
        routeKey,
        ...(authorizer ? { authorizer } : {}),
      })
      // A stage with settings for a route that is not there yet is refused.
      this.#stage.node.addDependency(made)
    }
    for (const { id, method, path, throttle } of contracts) {
      route(id, HttpRouteKey.with(path, HttpMethod[method]), this.#doorkeeper?.authorizer)
      this.#throttles[`${method} ${path}`] = throttled(throttle ?? defaultThrottle)
    }
    // Not kept by the doorkeeper: it would keep browsers' preflights out too, and only says that nothing is there.
    if (isDefault) route('otherwise', HttpRouteKey.DEFAULT)
  }
}
