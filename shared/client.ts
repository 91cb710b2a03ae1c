import type * as z from 'zod'
import type { Contract } from './contract.ts'
import { randomId } from './ids.ts'
import type { Problem } from './problem.ts'

/** An answer other than the contract's success: the problem document, or what the gateway said as one. */
export class ProblemError extends Error {
  readonly problem: Problem
  readonly status: number
  /** Seconds after which the same request may be sent again. */
  readonly retryAfter: number | undefined

  constructor(problem: Problem, retryAfter: number | undefined) {
    super(`${problem.status} ${problem.code}: ${problem.detail}`)
    this.name = 'ProblemError'
    this.problem = problem
    this.status = problem.status
    this.retryAfter = retryAfter
  }
}

export interface ClientOptions {
  baseUrl: string
  token?: string
  fetch: typeof globalThis.fetch
}

type Given<Name extends string, S> = S extends z.ZodType
  ? Record<never, never> extends z.input<S>
    ? { [N in Name]?: z.input<S> }
    : { [N in Name]: z.input<S> }
  : Record<never, never>

/** What a call of the contract needs. */
export type CallOf<C extends Contract> = Given<'params', C['params']> &
  Given<'query', C['query']> &
  Given<'body', C['body']> & {
    /** The `Idempotency-Key`; a new one when left out. A retry must send the key of the first try. */
    key?: string
    /** The version seen, for `If-Match`. */
    ifMatch?: number
  }

/** A success; `etag` is the version in it. */
export type Received<Body> = { status: number; body: Body; etag: number | undefined; replayed: boolean }

type Call<C extends Contract> = (
  ...input: Record<never, never> extends CallOf<C> ? [CallOf<C>?] : [CallOf<C>]
) => Promise<Received<z.output<C['response']['schema']>>>

export type Client<Cs extends readonly Contract[]> = { [C in Cs[number] as C['id']]: Call<C> }

interface AnyCall {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  key?: string
  ifMatch?: number
}

const addressOf = (baseUrl: string, contract: Contract, { params = {}, query = {} }: AnyCall): string => {
  const path = contract.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  )
  const asked = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  const text = new URLSearchParams(asked).toString()
  return `${baseUrl.replace(/\/$/, '')}${path}${text === '' ? '' : `?${text}`}`
}

const headersOf = (contract: Contract, call: AnyCall, token: string | undefined): Record<string, string> => ({
  ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  ...(contract.idempotent ? { 'Idempotency-Key': call.key ?? randomId() } : {}),
  ...(call.ifMatch === undefined ? {} : { 'If-Match': `"${call.ifMatch}"` }),
  ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
})

const refusal = async (answer: Response): Promise<ProblemError> => {
  const wait = Number(answer.headers.get('retry-after') ?? Number.NaN)
  const text = await answer.text()
  const problem: Problem = answer.headers.get('content-type')?.startsWith('application/problem+json')
    ? JSON.parse(text)
    : // The gateway in front and the proxies of the way answer in forms of their own.
      { type: 'about:blank', title: '', status: answer.status, detail: text, code: 'gateway', instance: '' }
  return new ProblemError(problem, Number.isNaN(wait) ? undefined : wait)
}

const versionIn = (etag: string | null): number | undefined => {
  const match = /^(?:W\/)?"(\d+)"$/.exec(etag ?? '')
  return match ? Number(match[1]) : undefined
}

const call = async (
  contract: Contract,
  input: AnyCall,
  options: ClientOptions,
): Promise<Received<unknown>> => {
  const answer = await options.fetch(addressOf(options.baseUrl, contract, input), {
    method: contract.method,
    headers: headersOf(contract, input, options.token),
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
  })
  const { status, schema, contentType } = contract.response
  if (answer.status !== status) throw await refusal(answer)
  const body = status === 204 ? null : contentType ? await answer.text() : await answer.json()
  return {
    status,
    body: schema.parse(body),
    etag: versionIn(answer.headers.get('etag')),
    replayed: answer.headers.get('idempotent-replayed') === 'true',
  }
}

/** A function for each contract, typed by it; every answer is parsed by the contract's own schema. */
export const createClient = <const Cs extends readonly Contract[]>(options: ClientOptions, contracts: Cs) =>
  Object.fromEntries(
    contracts.map((contract) => [contract.id, (input: AnyCall = {}) => call(contract, input, options)]),
  ) as unknown as Client<Cs>
