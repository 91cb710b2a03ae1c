import { join } from 'node:path'
import { exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, SignJWT } from 'jose'
import * as z from 'zod'
import { actors } from '../../shared/contract.ts'
import { randomId } from '../../shared/ids.ts'
import { agencyCode, type Issuer } from '../../shared/province.ts'
import { type Clock, hours } from '../../shared/time.ts'
import { readJsonFile, writeJsonFile } from './json-file.ts'

export const tokenRequest = z.strictObject({
  actor: z.enum(actors),
  personalId: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  name: z.string().min(1).max(200).optional(),
  loa: z.literal([1, 2]).optional(),
  orgTaxCode: z.string().max(20).optional(),
  agency: agencyCode.optional(),
  roles: z.array(z.enum(['receiver', 'handler', 'approver', 'cashier'])).optional(),
  portalId: z.string().min(1).max(64).optional(),
  clientApp: z.string().min(1).max(100).optional(),
  algorithm: z.enum(['ES256', 'RS256']).optional(),
})
export type TokenRequest = z.input<typeof tokenRequest>

/** Does not depend on the port, so that who somebody is survives a restart on another one. */
const iss = 'https://issuer.sandbox.motcua.vn'
const lifetime = hours(8)

const invented: Record<TokenRequest['actor'], string> = {
  citizen: 'Nguyễn Thị Ánh',
  officer: 'Trần Văn Đức',
  operator: 'Lê Thị Hạnh',
  portal: 'Cổng Dịch vụ công thử nghiệm',
}

const stored = z.array(z.looseObject({ kid: z.string(), alg: z.enum(['ES256', 'RS256']), kty: z.string() }))
type StoredKey = JWK & { kid: string; alg: 'ES256' | 'RS256' }

const makeKeys = (): Promise<StoredKey[]> =>
  Promise.all(
    (['ES256', 'RS256'] as const).map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true })
      return {
        ...(await exportJWK(privateKey)),
        kid: `sandbox-${alg}-${randomId().slice(0, 6)}`,
        alg,
        use: 'sig',
      }
    }),
  )

const publicPart = ({ kty, crv, x, y, n, e, kid, alg, use }: JWK): JWK =>
  Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e, kid, alg, use }).filter(([, value]) => value !== undefined),
  )

/** An issuer with real keys and real signatures that lets anybody be anybody. */
export interface SandboxIssuer {
  keySet: JSONWebKeySet
  mint(request: TokenRequest): Promise<string>
  /** What the province file must say for its tokens to be accepted. */
  entry(jwksUri: string): Issuer
}

export const openSandboxIssuer = async (
  directory: string,
  clock: Clock,
  of: { audience: string; agency: string },
): Promise<SandboxIssuer> => {
  const file = join(directory, 'issuer-keys.json')
  let keys = readJsonFile(file, stored) as StoredKey[] | undefined
  if (!keys) {
    keys = await makeKeys()
    writeJsonFile(file, keys)
  }
  const keyOf = new Map(keys.map((key) => [key.alg, key]))

  const subjectAndClaims = (request: TokenRequest): { sub: string } & Record<string, unknown> => {
    const name = request.name ?? invented[request.actor]
    switch (request.actor) {
      case 'citizen': {
        const personalId = request.personalId ?? '037090000001'
        return {
          sub: `citizen-${personalId}`,
          name,
          personal_id: personalId,
          loa: request.loa ?? 2,
          ...(request.orgTaxCode === undefined ? {} : { org_tax_code: request.orgTaxCode }),
        }
      }
      case 'officer': {
        const agency = request.agency ?? of.agency
        const roles = request.roles ?? ['receiver', 'handler', 'approver', 'cashier']
        return { sub: `officer-${agency}-${name}`, name, agency, roles }
      }
      case 'operator':
        return { sub: `operator-${name}`, name }
      case 'portal': {
        const portalId = request.portalId ?? 'sandbox-portal'
        return { sub: `portal-${portalId}`, name, portal_id: portalId }
      }
    }
  }

  return {
    keySet: { keys: keys.map(publicPart) as JSONWebKeySet['keys'] },
    mint: async (request) => {
      const key = keyOf.get(request.algorithm ?? 'ES256')
      if (!key) throw new Error(`${file} has no key for ${request.algorithm}`)
      const at = Math.floor(clock.now() / 1_000)
      return new SignJWT({
        ...subjectAndClaims(request),
        actor: request.actor,
        azp: request.clientApp ?? 'sandbox',
        iss,
        aud: of.audience,
        iat: at,
        exp: at + lifetime / 1_000,
      })
        .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' })
        .sign(await importJWK(key, key.alg))
    },
    entry: (jwksUri) => ({
      iss,
      jwksUri,
      audience: of.audience,
      algorithms: ['ES256', 'RS256'],
      actors: [...actors],
      claims: {},
    }),
  }
}
