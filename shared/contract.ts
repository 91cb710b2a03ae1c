import * as z from 'zod'
import type { ErrorCode } from './errors.ts'
import type { Bilingual } from './text.ts'

/** Who may call: the `actor` claim of a token. Callers without a token are `public`. */
export const actors = ['citizen', 'officer', 'operator', 'portal'] as const
export type Actor = (typeof actors)[number]

interface AnyCaller {
  issuer: string
  subject: string
  name: string
  /** The client program (`azp`) the person uses. */
  clientApp?: string
}

export interface Citizen extends AnyCaller {
  actor: 'citizen'
  /** Số định danh cá nhân, 12 digits. Stays inside the dossier; keys and events carry `ref`. */
  personalId: string
  /** Keyed hash of the personal number. */
  ref: string
  /** Level of assurance of the electronic identity (mức độ định danh), Decree 69/2024/NĐ-CP. */
  loa: 1 | 2
  orgTaxCode?: string
}

export interface Officer extends AnyCaller {
  actor: 'officer'
  /** Mã định danh điện tử of the officer's agency. */
  agency: string
  roles: readonly ('receiver' | 'handler' | 'approver' | 'cashier')[]
}

export interface Operator extends AnyCaller {
  actor: 'operator'
}

export interface Portal extends AnyCaller {
  actor: 'portal'
  portalId: string
}

export type Caller = Citizen | Officer | Operator | Portal

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One endpoint, written once: route, token check, parsing, answer, documentation and client all come from it. */
export interface Contract {
  id: string
  method: Method
  path: `/${string}`
  auth: 'public' | readonly Actor[]
  tag: string
  summary: Bilingual
  description?: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** The one success answer. */
  response: { status: 200 | 201 | 202 | 204; schema: z.ZodType; contentType?: string; description?: string }
  /** The domain's own errors; those every endpoint can give are added by `errorsOf`. */
  errors: readonly ErrorCode[]
  /** Takes an `Idempotency-Key` and answers a repeat as it answered the first time. */
  idempotent: boolean
  /** The answer (or the named member of it) carries a version: `ETag` out, `If-Match` in. */
  versioned?: true | string
  /** Bytes of body accepted; 256 KiB unless said. */
  bodyLimit?: number
  /** Requests per second and burst that the front door lets through for this route. */
  throttle?: { rate: number; burst: number }
  /** Seconds a public answer may be cached. */
  cacheSeconds?: number
}

export const defaultBodyLimit = 256 * 1024
export const defaultThrottle = { rate: 100, burst: 200 }

/** Keeps the literal types of a contract, and refuses one that breaks the rules of the API. */
export const defineContract = <const C extends Contract>(contract: C): C => {
  const takesKey = contract.method === 'POST' || contract.method === 'PUT'
  if (takesKey !== contract.idempotent && contract.tag !== 'webhooks')
    throw new Error(`${contract.id}: every POST and PUT takes an idempotency key, nothing else does`)
  const named = [...contract.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
  const declared = Object.keys(contract.params?.shape ?? {})
  if (named.join() !== declared.join()) throw new Error(`${contract.id}: path and params do not agree`)
  return contract
}

/** Every error a contract can answer with: its own and those that follow from its shape. */
export const errorsOf = (contract: Contract): ErrorCode[] => {
  const codes = new Set<ErrorCode>(contract.errors)
  // A provider is answered in its own form, whatever it sends.
  if (contract.tag === 'webhooks') return [...codes]
  // A name given twice in the query, or a version nobody can read, is refused wherever it is sent.
  codes.add('preview-not-supported').add('invalid-request')
  if (contract.auth !== 'public') codes.add('unauthenticated').add('forbidden')
  if (contract.body) codes.add('malformed-request').add('payload-too-large').add('unsupported-media-type')
  if (contract.idempotent) codes.add('idempotency-key-required').add('idempotency-key-reused')
  return [...codes]
}

/** What makes a command the same command again: who, what, where, which key; and the hash of its body. */
export interface Command {
  /** SHA-256 over issuer, subject, method, concrete path and key. */
  scope: string
  /** SHA-256 of the canonical JSON of the body. */
  body: string
}

/** The answer of an idempotent command, and whether it is the recorded one of an earlier call. */
export interface Outcome<Body> {
  body: Body
  replayed: boolean
}

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<never, never>
type CallerOf<A> = A extends readonly (infer K)[] ? Extract<Caller, { actor: K }> : null

export interface RequestOf<C extends Contract> {
  caller: CallerOf<C['auth']>
  params: Parsed<C['params']>
  query: Parsed<C['query']>
  /** The query as it came, undecoded: providers sign it. */
  rawQuery: string
  body: Parsed<C['body']>
  command: C['idempotent'] extends true ? Command : undefined
  /** The version the caller last saw. */
  ifMatch: number | undefined
  sourceIp: string
  requestId: string
}

export type AnswerOf<C extends Contract> = z.input<C['response']['schema']>

export type Behaviour<C extends Contract> = (
  request: RequestOf<C>,
) => Promise<C['idempotent'] extends true ? Outcome<AnswerOf<C>> : AnswerOf<C>>

/** One behaviour for each contract; leaving one out does not compile. */
export type Behaviours<Cs extends readonly Contract[]> = {
  [C in Cs[number] as C['id']]: Behaviour<C>
}

/** A page of a list: at most `limit` items and where the next page starts. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().min(1).max(2_000).optional(),
})

/** An id that the server made. */
export const idText = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9._:-]+$/)
