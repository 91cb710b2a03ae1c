import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import fc from 'fast-check'
import { compactVerify, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  completeJws,
  isSignedBy,
  joseSignature,
  type Manifest,
  publicJwk,
  signingInput,
} from '../../../functions/dossier/receipt.ts'
import { canonicalJson } from '../../../shared/canonical-json.ts'
import { runs } from '../../kit/runs.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = pair.publicKey.export({ format: 'der', type: 'spki' })
const jwk = publicJwk(spki)
const keys = new Map([[jwk.kid, createPublicKey({ key: spki, format: 'der', type: 'spki' })]])

const content: Manifest = {
  id: '0123456789ABCDEFGHJKMNPQRS',
  code: '000.00.12.H40-261121-0001',
  province: '37',
  environment: 'sandbox',
  procedure: { code: '1.001193', version: 1 },
  submittedAt: '2026-11-21T09:05:00.000+07:00',
  answersHash: 'a'.repeat(64),
  files: [
    { componentId: 'c', contentType: 'application/pdf', size: 9, sha256: 'b'.repeat(64), scan: 'clean' },
  ],
  fees: [],
}

const seal = (m: Manifest): string => {
  const input = signingInput(m, jwk.kid)
  return completeJws(input, sign('sha256', Buffer.from(input), pair.privateKey))
}

describe('the submission receipt', () => {
  it('is verified by an independent library from the published key', async () => {
    const verified = await compactVerify(seal(content), await importJWK(jwk, 'ES256'), {
      algorithms: ['ES256'],
    })
    expect(Buffer.from(verified.payload).toString()).toBe(canonicalJson(content))
    expect(verified.protectedHeader.kid).toBe(jwk.kid)
  })

  it('turns every DER signature into 64 bytes, short r and s included', () => {
    for (let n = 0; n < 400; n += 1) {
      const der = sign('sha256', Buffer.from([n & 255, n >> 8]), pair.privateKey)
      const raw = sign('sha256', Buffer.from([0]), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
      expect(joseSignature(der)).toHaveLength(raw.length)
    }
    // r = 1, s = 2: leading zeros are put back. r with the high bit set: the sign byte of DER is dropped.
    expect(joseSignature(Buffer.from('3006020101020102', 'hex')).toString('hex')).toBe(
      `${'0'.repeat(63)}1${'0'.repeat(63)}2`,
    )
    const high = `00${'ff'.repeat(32)}`
    expect(
      joseSignature(Buffer.from(`3046 0221 ${high} 0221 ${high}`.replaceAll(' ', ''), 'hex')).toString('hex'),
    ).toBe('ff'.repeat(64))
  })

  it('fails for any change of the manifest, the signature or the key', () => {
    const jws = seal(content)
    expect(isSignedBy(jws, content, keys)).toBe(true)
    expect(isSignedBy(jws, content, new Map())).toBe(false)
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(content) as (keyof Manifest)[])), (name) => {
        const changed = {
          ...content,
          [name]: Array.isArray(content[name]) ? [...(content[name] as []), {}] : 'x',
        }
        expect(isSignedBy(jws, changed as Manifest, keys)).toBe(false)
      }),
      { numRuns: runs(50) },
    )
    const [header, payload, signature = ''] = jws.split('.')
    fc.assert(
      fc.property(fc.nat(signature.length - 3), (at) => {
        const other = signature[at] === 'A' ? 'B' : 'A'
        const changed = signature.slice(0, at) + other + signature.slice(at + 1)
        expect(isSignedBy(`${header}.${payload}.${changed}`, content, keys)).toBe(false)
      }),
      { numRuns: runs(50) },
    )
  })
})
