import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Behaviours, Caller, Command, Contract, Outcome } from './contract.ts'
import { AppError, errorKinds } from './errors.ts'
import { errorFields, type Log } from './log.ts'
import { problemOf } from './problem.ts'
import { asksPreview, commandOf, parse, readIfMatch, readJson, readKey, readQuery } from './request.ts'
import { languageOf } from './text.ts'
import { viewerAddress } from './viewer.ts'

type Result = APIGatewayProxyStructuredResultV2
export type HttpHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Result>

export interface ServeOptions {
  /** Turns an `Authorization` header into a caller, or throws `unauthenticated`. */
  authenticate: (authorization: string | undefined) => Promise<Caller>
  log: Log
}

/** Errors of the services behind us: the caller may simply send the same request again. */
const unavailableNames = new Set([
  'TimeoutError',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'SlowDown',
  'TransactionConflictException',
  'TransactionCanceledException',
  'TransactionInProgressException',
  'KMSInternalException',
  'DependencyTimeoutException',
  'KeyUnavailableException',
])

const known = (error: unknown): AppError | undefined => {
  if (error instanceof AppError) return error
  if (!(error instanceof Error)) return undefined
  const { $fault, code } = error as { $fault?: string; code?: string }
  const isDown =
    $fault === 'server' ||
    unavailableNames.has(error.name) ||
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/.test(code ?? '')
  return isDown ? new AppError('unavailable', { retryAfter: 2, cause: error }) : undefined
}

const commonHeaders = (requestId: string): Record<string, string> => ({
  'X-Request-Id': requestId,
  'X-Content-Type-Options': 'nosniff',
  Vary: 'Accept-Language, Origin',
})

/** The answer a thrown error becomes. */
export const problemResult = (event: APIGatewayProxyEventV2, thrown: unknown, log: Log): Result => {
  const requestId = event.requestContext.requestId
  const error = known(thrown)
  const language = languageOf(event.headers['accept-language'])
  const problem = problemOf(error ?? thrown, language, requestId)
  const fields = { requestId, route: event.routeKey, status: problem.status, code: problem.code }
  if (problem.status >= 500)
    log.error('request failed', { ...fields, ...errorFields(error?.details.cause ?? thrown) })
  else log.info('request refused', fields)
  const retryAfter =
    error?.details.retryAfter ?? (problem.status === errorKinds.unavailable.status ? 2 : undefined)
  return {
    statusCode: problem.status,
    headers: {
      ...commonHeaders(requestId),
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Language': language,
      'Cache-Control': 'no-store',
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
      ...(problem.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    },
    body: JSON.stringify(problem),
  }
}

/** A request before the types of its contract are known; `RequestOf` is what a behaviour sees. */
interface RawRequest {
  caller: Caller | null
  params: Record<string, unknown>
  query: unknown
  rawQuery: string
  body: unknown
  command: Command | undefined
  ifMatch: number | undefined
  sourceIp: string
  requestId: string
}

const concretePath = (contract: Contract, params: Record<string, unknown>): string =>
  contract.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])))

const callerFor = async (contract: Contract, event: APIGatewayProxyEventV2, options: ServeOptions) => {
  if (contract.auth === 'public') return null
  const caller = await options.authenticate(event.headers.authorization)
  if (!contract.auth.includes(caller.actor)) throw new AppError('forbidden')
  return caller
}

const readRequest = async (
  contract: Contract,
  event: APIGatewayProxyEventV2,
  options: ServeOptions,
): Promise<RawRequest> => {
  const caller = await callerFor(contract, event, options)
  // A payment provider knows none of our conventions; its behaviour judges what came, in the provider's own form.
  const isWebhook = contract.tag === 'webhooks'
  if (!isWebhook && asksPreview(event)) throw new AppError('preview-not-supported')
  const key = contract.idempotent ? readKey(event) : undefined
  const input = contract.body ? readJson(event, contract) : undefined
  const params = parse(contract.params, event.pathParameters ?? {}, 'path') as Record<string, unknown>
  return {
    caller,
    params,
    query: isWebhook ? {} : parse(contract.query, readQuery(event), 'query'),
    rawQuery: event.rawQueryString,
    body: parse(contract.body, input, 'body'),
    command:
      key === undefined || caller === null
        ? undefined
        : commandOf(caller, contract.method, concretePath(contract, params), key, input),
    ifMatch: isWebhook ? undefined : readIfMatch(event),
    sourceIp: viewerAddress(event),
    requestId: event.requestContext.requestId,
  }
}

const versionOf = (contract: Contract, answer: unknown): number | undefined => {
  if (!contract.versioned) return undefined
  const holder =
    contract.versioned === true ? answer : (answer as Record<string, unknown>)[contract.versioned]
  return (holder as { version?: number }).version
}

const successResult = (contract: Contract, requestId: string, answer: unknown, replayed: boolean): Result => {
  const { status, schema, contentType } = contract.response
  const body = schema.parse(answer)
  const version = versionOf(contract, body)
  return {
    statusCode: status,
    headers: {
      ...commonHeaders(requestId),
      ...(status === 204 ? {} : { 'Content-Type': contentType ?? 'application/json; charset=utf-8' }),
      'Cache-Control': contract.cacheSeconds ? `public, max-age=${contract.cacheSeconds}` : 'no-store',
      ...(version === undefined ? {} : { ETag: `"${version}"` }),
      ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}),
    },
    body: status === 204 ? '' : contentType ? String(body) : JSON.stringify(body),
  }
}

/**
 * The handler of one function: every contract with its behaviour. A request is authenticated, parsed, handed
 * to the behaviour, and the answer is parsed by the response schema, so that nothing leaves which the contract
 * does not name.
 */
export const serve = <const Cs extends readonly Contract[]>(
  contracts: Cs,
  behaviours: Behaviours<Cs>,
  options: ServeOptions,
): HttpHandler => {
  const byRoute = new Map<string, Contract>(contracts.map((c) => [`${c.method} ${c.path}`, c]))
  const answer = async (event: APIGatewayProxyEventV2): Promise<Result> => {
    const contract = byRoute.get(event.routeKey)
    if (!contract) throw new AppError('not-found')
    const request = await readRequest(contract, event, options)
    const behave = (behaviours as Record<string, (request: unknown) => Promise<unknown>>)[contract.id]
    if (!behave) throw new AppError('not-found')
    const given = await behave(request)
    const outcome = contract.idempotent ? (given as Outcome<unknown>) : { body: given, replayed: false }
    options.log.info('request answered', {
      requestId: request.requestId,
      contract: contract.id,
      status: contract.response.status,
      actor: request.caller?.actor,
      clientApp: request.caller?.clientApp,
    })
    return successResult(contract, request.requestId, outcome.body, outcome.replayed)
  }
  return middy<APIGatewayProxyEventV2, Result>()
    .onError((request) => {
      // Set, not returned: middy hands `response` on and its own messages never reach a caller.
      request.response = problemResult(request.event, request.error, options.log)
    })
    .handler(answer) as unknown as HttpHandler
}
