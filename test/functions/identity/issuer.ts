import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  SignJWT,
} from 'jose'
import type { Issuer } from '../../../shared/province.ts'

export type Algorithm = 'RS256' | 'ES256'

export interface SigningKey {
  kid: string
  alg: Algorithm
  privateKey: CryptoKey
  publicKey: CryptoKey
}

export const makeKey = async (kid: string, alg: Algorithm): Promise<SigningKey> => ({
  kid,
  alg,
  ...(await generateKeyPair(alg, { extractable: true })),
})

export const keySetOf = async (...keys: SigningKey[]): Promise<JSONWebKeySet> => ({
  keys: await Promise.all(
    keys.map(async (key) => ({
      ...(await exportJWK(key.publicKey)),
      kid: key.kid,
      alg: key.alg,
      use: 'sig',
    })),
  ),
})

export const mint = (key: SigningKey, payload: JWTPayload, header: Record<string, unknown> = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey)

export const now = Date.parse('2026-11-21T09:05:00+07:00')
const at = Math.floor(now / 1_000)

export const citizensIssuer: Issuer = {
  iss: 'https://citizens.example',
  jwksUri: 'https://citizens.example/jwks',
  audience: 'motcua-37',
  algorithms: ['RS256'],
  actors: ['citizen'],
  claims: { personal_id: 'SoDinhDanh', name: 'HoVaTen' },
}

export const staffIssuer: Issuer = {
  iss: 'https://staff.example',
  jwksUri: 'https://staff.example/jwks',
  audience: 'motcua-37',
  algorithms: ['RS256', 'ES256'],
  actors: ['officer', 'operator', 'portal'],
  claims: {},
}

export const citizenClaims: JWTPayload = {
  iss: citizensIssuer.iss,
  aud: 'motcua-37',
  sub: 'c-1',
  actor: 'citizen',
  HoVaTen: 'Nguyễn Thị Ánh',
  SoDinhDanh: '037090000001',
  loa: 2,
  azp: 'vneid',
  iat: at,
  exp: at + 600,
}

export const officerClaims: JWTPayload = {
  iss: staffIssuer.iss,
  aud: ['other', 'motcua-37'],
  sub: 'o-1',
  actor: 'officer',
  name: 'Trần Văn Đức',
  agency: '000.00.12.H40',
  roles: ['receiver', 'approver'],
  exp: at + 600,
}
