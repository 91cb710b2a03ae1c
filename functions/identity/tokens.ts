import { decodeJwt, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Caller } from '../../shared/contract.ts'
import { AppError } from '../../shared/errors.ts'
import type { Issuer } from '../../shared/province.ts'
import type { Clock } from '../../shared/time.ts'
import { createKeySet, type FetchKeys, fetchKeySet } from './key-sets.ts'
import { actorClaim, type Claims, claimNames, claims } from './model.ts'

/** Clocks of issuers and of ours may differ by this many seconds. */
const skew = 60
/** What the front door lets through in all headers together is 10 KB. */
const longest = 8 * 1024

/** A refusal says what is wrong with the token and never quotes from it. */
const refusal = (vi: string, en: string): AppError =>
  new AppError('unauthenticated', { params: { why: { vi, en } } })

const bearerToken = (authorization: string | undefined): string => {
  if (authorization === undefined || authorization.trim() === '')
    throw refusal('thiếu tiêu đề Authorization', 'the Authorization header is missing')
  if (authorization.length > longest) throw refusal('mã truy cập quá dài', 'the token is too long')
  const token = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization.trim())?.[1]
  if (token === undefined) throw refusal('cần Bearer và một JWT', 'expected Bearer and one JWT')
  return token
}

/** Reads who claims to have issued the token; nothing is believed before the signature is checked. */
const claimedIssuer = (token: string): unknown => {
  try {
    return decodeJwt(token).iss
  } catch {
    throw refusal('mã truy cập không đọc được', 'the token cannot be read')
  }
}

const whyRefused = (error: unknown): AppError => {
  if (error instanceof AppError) return error
  if (error instanceof errors.JWTExpired) return refusal('mã truy cập đã hết hạn', 'the token has expired')
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud')
      return refusal('mã truy cập cấp cho hệ thống khác', 'the token is meant for another system')
    if (error.claim === 'exp') return refusal('mã truy cập không có hạn dùng', 'the token never expires')
    if (error.claim === 'nbf') return refusal('mã truy cập chưa có hiệu lực', 'the token is not valid yet')
  }
  if (error instanceof errors.JOSEAlgNotAllowed)
    return refusal('thuật toán ký không được chấp nhận', 'the signature algorithm is not accepted')
  if (error instanceof errors.JWKSNoMatchingKey)
    return refusal('khóa ký không xác định', 'the signing key is not known')
  return refusal('chữ ký hoặc nội dung không hợp lệ', 'its signature or content is not valid')
}

interface Trusted {
  issuer: Issuer
  keys: JWTVerifyGetKey
}

const verify = async (token: string, { issuer, keys }: Trusted, clock: Clock): Promise<JWTPayload> => {
  const now = clock.now()
  const options = {
    algorithms: issuer.algorithms,
    issuer: issuer.iss,
    audience: issuer.audience,
    requiredClaims: ['exp'],
    clockTolerance: skew,
    currentDate: new Date(now),
  }
  const checked = async (): Promise<JWTPayload> => {
    try {
      return (await jwtVerify(token, keys, options)).payload
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
      // A token without a key id while two keys are shown: one of them must fit.
      for await (const key of error) {
        try {
          return (await jwtVerify(token, key, options)).payload
        } catch (inner) {
          if (!(inner instanceof errors.JWSSignatureVerificationFailed)) throw inner
        }
      }
      throw new errors.JWSSignatureVerificationFailed()
    }
  }
  const payload = await checked().catch((error: unknown) => {
    throw whyRefused(error)
  })
  // jose leaves `iat` alone unless an age is asked for.
  if (payload.iat !== undefined && payload.iat > Math.floor(now / 1_000) + skew)
    throw refusal('mã truy cập được cấp ở tương lai', 'the token was issued in the future')
  return payload
}

/** The claims under our names; what the issuer calls them is in the province file. */
const translated = (payload: JWTPayload, issuer: Issuer): Record<string, unknown> =>
  Object.fromEntries(
    claimNames.flatMap((name) => {
      const theirs = issuer.claims[name] ?? name
      return Object.hasOwn(payload, theirs) ? [[name, payload[theirs]]] : []
    }),
  )

const readClaims = (payload: JWTPayload, issuer: Issuer): Claims => {
  const said = translated(payload, issuer)
  const actor = actorClaim.safeParse(said.actor)
  if (!actor.success) throw refusal('vai trò không xác định', 'the actor is not known')
  if (!issuer.actors.includes(actor.data))
    throw refusal('nơi cấp không được cấp vai trò này', 'this issuer may not name such an actor')
  const result = claims.safeParse(said)
  if (result.success) return result.data
  const wrong = [...new Set(result.error.issues.map((issue) => String(issue.path[0] ?? 'actor')))].join(', ')
  throw refusal(`thông tin thiếu hoặc sai: ${wrong}`, `claims missing or wrong: ${wrong}`)
}

export interface IdentityDeps {
  issuers: readonly Issuer[]
  /** The keyed hash that stands for a personal number everywhere outside the dossier. */
  citizenRef: (personalId: string) => Promise<string>
  clock: Clock
  fetchKeys?: FetchKeys
}

/**
 * Turns an `Authorization` header into the caller. Throws `unauthenticated` for everything that is wrong with
 * the token, `unavailable` when the issuer's keys cannot be had, and lets errors of `citizenRef` through.
 */
export const createAuthenticate = ({ issuers, citizenRef, clock, fetchKeys = fetchKeySet }: IdentityDeps) => {
  const trusted = new Map<unknown, Trusted>(
    issuers.map((issuer) => [issuer.iss, { issuer, keys: createKeySet(issuer, clock, fetchKeys) }]),
  )
  return async (authorization: string | undefined): Promise<Caller> => {
    const token = bearerToken(authorization)
    const from = trusted.get(claimedIssuer(token))
    if (!from) throw refusal('nơi cấp không được tin cậy', 'its issuer is not trusted here')
    const said = readClaims(await verify(token, from, clock), from.issuer)
    const common = {
      issuer: from.issuer.iss,
      subject: said.sub,
      name: said.name,
      ...(said.azp === undefined ? {} : { clientApp: said.azp }),
    }
    switch (said.actor) {
      case 'citizen':
        return {
          ...common,
          actor: 'citizen',
          personalId: said.personal_id,
          ref: await citizenRef(said.personal_id),
          loa: said.loa,
          ...(said.org_tax_code === undefined ? {} : { orgTaxCode: said.org_tax_code }),
        }
      case 'officer':
        return { ...common, actor: 'officer', agency: said.agency, roles: [...new Set(said.roles)] }
      case 'operator':
        return { ...common, actor: 'operator' }
      case 'portal':
        return { ...common, actor: 'portal', portalId: said.portal_id }
    }
  }
}
