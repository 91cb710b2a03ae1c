import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import * as z from 'zod'
import { canonicalJson } from '../../shared/canonical-json.ts'
import { type Content, feeLine, type Head } from './model.ts'

/** What a submission receipt says: hashes and sizes, no names and no file names. */
export const manifest = z.object({
  id: z.string(),
  code: z.string(),
  province: z.string(),
  environment: z.string(),
  procedure: z.object({ code: z.string(), version: z.int() }),
  submittedAt: z.string(),
  /** SHA-256 of the canonical JSON of the answers. */
  answersHash: z.string(),
  files: z.array(
    z.object({
      componentId: z.string(),
      contentType: z.string(),
      size: z.int(),
      sha256: z.string(),
      scan: z.literal('clean'),
    }),
  ),
  fees: z.array(feeLine.omit({ name: true })),
})
export type Manifest = z.infer<typeof manifest>

/** A submission receipt: the manifest and a JWS (RFC 7515, ES256, compact) over its canonical JSON. */
export const receipt = z.object({ id: z.string(), manifest, jws: z.string() })
export type Receipt = z.infer<typeof receipt>

const protectedHeader = z.object({ alg: z.literal('ES256'), kid: z.string() })

const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url')

/** ECDSA signatures come as DER from the key service; JWS wants r and s, 32 bytes each (RFC 7518, 3.4). */
export const joseSignature = (der: Buffer): Buffer => {
  const fields: Buffer[] = []
  // 30 <length> 02 <length> r 02 <length> s; for P-256 every length fits one byte.
  for (let at = 2; at < der.length && fields.length < 2; ) {
    const length = der[at + 1] ?? 0
    fields.push(der.subarray(at + 2, at + 2 + length))
    at += 2 + length
  }
  const padded = fields.map((field) => {
    const bare = field.subarray(Math.max(0, field.length - 32))
    return Buffer.concat([Buffer.alloc(32 - bare.length), bare])
  })
  return Buffer.concat(padded)
}

/** A receipt key as it is published (RFC 7517). */
export const publicKey = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  kid: z.string(),
  use: z.literal('sig'),
  alg: z.literal('ES256'),
})

/** A public key as JWK with its thumbprint (RFC 7638) as `kid`: the id follows from the key itself. */
export const publicJwk = (spki: Buffer): z.infer<typeof publicKey> => {
  const jwk = createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ format: 'jwk' })
  const { crv, kty, x, y } = publicKey.pick({ kty: true, crv: true, x: true, y: true }).parse(jwk)
  const kid = createHash('sha256').update(canonicalJson({ crv, kty, x, y })).digest('base64url')
  return { kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }
}

/** The text that is signed: protected header and payload. */
export const signingInput = (content: Manifest, kid: string): string =>
  `${base64url(JSON.stringify({ alg: 'ES256', kid }))}.${base64url(canonicalJson(content))}`

export const completeJws = (input: string, derSignature: Buffer): string =>
  `${input}.${base64url(joseSignature(derSignature))}`

/** A receipt without its base64, which would fill a second KB. */
export interface StoredReceipt {
  manifest: string
  kid: string
  signature: Uint8Array
}

export const storedReceipt = ({ manifest: content, jws }: Receipt): StoredReceipt => {
  const [header = '', , signature = ''] = jws.split('.')
  const { kid } = protectedHeader.parse(JSON.parse(Buffer.from(header, 'base64url').toString()))
  return { manifest: canonicalJson(content), kid, signature: Buffer.from(signature, 'base64url') }
}

export const receiptOf = ({ manifest: text, kid, signature }: StoredReceipt): Receipt => {
  const content = JSON.parse(text) as Manifest
  return {
    id: content.id,
    manifest: content,
    jws: `${signingInput(content, kid)}.${base64url(signature)}`,
  }
}

/** True when the JWS is over exactly this manifest, by one of the keys. */
export const isSignedBy = (jws: string, content: Manifest, keys: ReadonlyMap<string, KeyObject>): boolean => {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const { kid } = protectedHeader.parse(JSON.parse(Buffer.from(header, 'base64url').toString()))
  const key = keys.get(kid)
  return (
    key !== undefined &&
    payload === base64url(canonicalJson(content)) &&
    verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  )
}

/** What differs today from what the receipt says; empty when all is as it was. */
export type Difference =
  | { what: 'answers' }
  | { what: 'file'; componentId: string; sha256: string; problem: 'missing' | 'altered' }
  | { what: 'files' }

export const manifestFiles = (content: Content): Manifest['files'] =>
  content.components
    .map(({ componentId, contentType, size, sha256 }) => ({
      componentId,
      contentType,
      size,
      sha256,
      scan: 'clean' as const,
    }))
    .sort((a, b) => (a.componentId + a.sha256 < b.componentId + b.sha256 ? -1 : 1))

export const manifestOf = (
  head: Head,
  content: Content,
  said: Pick<Manifest, 'id' | 'code' | 'province' | 'environment' | 'submittedAt' | 'answersHash'> & {
    fees: Head['fees']
  },
): Manifest =>
  manifest.parse({
    ...said,
    procedure: { code: head.procedureCode, version: head.procedureVersion },
    files: manifestFiles(content),
    fees: said.fees ?? [],
  })
