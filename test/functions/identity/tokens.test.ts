import fc from 'fast-check'
import { base64url, exportSPKI, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuthenticate } from '../../../functions/identity/public.ts'
import { AppError, type ErrorCode } from '../../../shared/errors.ts'
import type { Issuer } from '../../../shared/province.ts'
import { hours, minutes, seconds } from '../../../shared/time.ts'
import {
  citizenClaims,
  citizensIssuer,
  keySetOf,
  makeKey,
  mint,
  now,
  officerClaims,
  type SigningKey,
  staffIssuer,
} from './issuer.ts'

let rsa: SigningKey
let rsaNext: SigningKey
let ec: SigningKey
beforeAll(async () => {
  rsa = await makeKey('rsa-1', 'RS256')
  rsaNext = await makeKey('rsa-2', 'RS256')
  ec = await makeKey('ec-1', 'ES256')
})

let time = now
let shown: Record<string, JSONWebKeySet | Error>
let fetches: string[]
let authenticate: ReturnType<typeof createAuthenticate>

const build = (issuers: Issuer[] = [citizensIssuer, staffIssuer]) =>
  createAuthenticate({
    issuers,
    citizenRef: async (personalId) => `ref-of-${personalId.slice(-3)}`,
    clock: { now: () => time },
    fetchKeys: async ({ iss }) => {
      fetches.push(iss)
      await new Promise((resolve) => setTimeout(resolve, 2))
      const answer = shown[iss]
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('down')
      return answer
    },
  })

beforeEach(async () => {
  time = now
  fetches = []
  shown = { [citizensIssuer.iss]: await keySetOf(rsa), [staffIssuer.iss]: await keySetOf(ec, rsa) }
  authenticate = build()
})

const refusalOf = async (authorization: string | undefined): Promise<{ code: ErrorCode; why: string }> => {
  try {
    await authenticate(authorization)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const { why } = error.details.params ?? {}
    if (typeof why === 'object') expect(why.vi).not.toBe('')
    return { code: error.code, why: typeof why === 'object' ? why.en : '' }
  }
  throw new Error('the token was accepted')
}
const expectRefused = async (token: string, why: RegExp) => {
  const refusal = await refusalOf(`Bearer ${token}`)
  expect(refusal.code).toBe('unauthenticated')
  expect(refusal.why).toMatch(why)
}
const without = (claims: JWTPayload, name: string): JWTPayload =>
  Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name))

describe('a good token', () => {
  it('makes a citizen out of the issuer’s own claim names', async () => {
    expect(await authenticate(`Bearer ${await mint(rsa, citizenClaims)}`)).toEqual({
      actor: 'citizen',
      issuer: citizensIssuer.iss,
      subject: 'c-1',
      name: 'Nguyễn Thị Ánh',
      personalId: '037090000001',
      ref: 'ref-of-001',
      loa: 2,
      clientApp: 'vneid',
    })
  })

  it('makes an officer, an operator and a portal, by RS256 or ES256', async () => {
    const { name, sub, iss, aud, exp } = officerClaims
    const common = { name, sub, iss, aud, exp } as JWTPayload
    expect(await authenticate(`bearer ${await mint(ec, officerClaims)}`)).toMatchObject({
      actor: 'officer',
      agency: '000.00.12.H40',
      roles: ['receiver', 'approver'],
    })
    expect(await authenticate(`Bearer ${await mint(rsa, { ...common, actor: 'operator' })}`)).toMatchObject({
      actor: 'operator',
    })
    expect(
      await authenticate(`Bearer ${await mint(ec, { ...common, actor: 'portal', portal_id: 'npsp' })}`),
    ).toMatchObject({ actor: 'portal', portalId: 'npsp' })
  })

  it('may write the level of assurance as text and the tax code with a hyphen', async () => {
    const token = await mint(rsa, { ...citizenClaims, loa: '1', org_tax_code: '0312687878-001' })
    expect(await authenticate(`Bearer ${token}`)).toMatchObject({ loa: 1, orgTaxCode: '0312687878001' })
  })

  it('needs no key id, also while the issuer shows two keys', async () => {
    shown[citizensIssuer.iss] = await keySetOf(rsaNext, rsa)
    const token = await new SignJWT(citizenClaims).setProtectedHeader({ alg: 'RS256' }).sign(rsa.privateKey)
    expect(await authenticate(`Bearer ${token}`)).toMatchObject({ subject: 'c-1' })
    const stranger = await makeKey('x', 'RS256')
    const forged = await new SignJWT(citizenClaims)
      .setProtectedHeader({ alg: 'RS256' })
      .sign(stranger.privateKey)
    await expectRefused(forged, /signature/)
  })
})

describe('a forged token', () => {
  const part = (value: unknown) => base64url.encode(JSON.stringify(value))

  it('is refused with alg none', async () => {
    for (const alg of ['none', 'None', 'NONE'])
      await expectRefused(`${part({ alg, kid: 'rsa-1' })}.${part(citizenClaims)}.`, /algorithm|content/)
  })

  it('is refused when HS256 takes the public key as its secret', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(rsa.publicKey))
    const token = await new SignJWT(citizenClaims)
      .setProtectedHeader({ alg: 'HS256', kid: 'rsa-1' })
      .sign(secret)
    await expectRefused(token, /algorithm/)
  })

  it('is refused with an algorithm the issuer is not pinned to', async () => {
    shown[citizensIssuer.iss] = await keySetOf(rsa, ec)
    await expectRefused(await mint(ec, citizenClaims), /algorithm/)
  })

  it('is refused when its header brings the key along', async () => {
    const stranger = await makeKey('rsa-1', 'RS256')
    const [jwk] = (await keySetOf(stranger)).keys
    const jku = 'https://attacker.example/jwks'
    for (const header of [{ jwk }, { jku }, { x5u: jku }, { jwk, jku, kid: 'other' }])
      await expectRefused(await mint(stranger, citizenClaims, header), /signature|key/)
    expect(new Set(fetches)).toEqual(new Set([citizensIssuer.iss]))
  })

  it('is refused when another issuer’s key signed it', async () => {
    await expectRefused(await mint(rsaNext, citizenClaims), /key is not known/)
    await expectRefused(await mint({ ...rsaNext, kid: 'rsa-1' }, citizenClaims), /signature/)
  })

  it('is refused when one character of any part is another', async () => {
    const token = await mint(rsa, citizenClaims)
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 2), fc.constantFrom('A', 'Q', 'g', '7'), async (at, char) => {
        // The last character of a part may carry unused bits.
        fc.pre(token[at] !== char && token[at] !== '.' && token[at + 1] !== '.')
        const refusal = await refusalOf(`Bearer ${token.slice(0, at)}${char}${token.slice(at + 1)}`)
        expect(refusal.code).toBe('unauthenticated')
      }),
      { numRuns: 100 },
    )
  })
})

describe('a token for somebody or some time else', () => {
  it('is refused for an unknown issuer, a missing one and a look-alike', async () => {
    for (const iss of ['https://evil.example', `${citizensIssuer.iss}/`, ['https://citizens.example'], null])
      await expectRefused(await mint(rsa, { ...citizenClaims, iss } as never), /issuer is not trusted/)
    await expectRefused(await mint(rsa, without(citizenClaims, 'iss')), /issuer is not trusted/)
    expect(fetches).toEqual([])
  })

  it('is refused for another audience or none', async () => {
    await expectRefused(await mint(rsa, { ...citizenClaims, aud: 'motcua-38' }), /another system/)
    await expectRefused(await mint(rsa, without(citizenClaims, 'aud')), /another system/)
  })

  it('holds until its expiry and sixty seconds by the clock', async () => {
    const token = await mint(rsa, citizenClaims)
    time = now + seconds(659)
    await authenticate(`Bearer ${token}`)
    time = now + seconds(660)
    await expectRefused(token, /expired/)
    time = now - hours(1)
    await expectRefused(token, /future/)
  })

  it('must have an expiry, and may start later', async () => {
    await expectRefused(await mint(rsa, without(citizenClaims, 'exp')), /never expires/)
    await expectRefused(await mint(rsa, { ...citizenClaims, nbf: now / 1_000 + 61 }), /not valid yet/)
    await authenticate(`Bearer ${await mint(rsa, { ...citizenClaims, nbf: now / 1_000 + 60 })}`)
  })

  it('is refused when the issuer may not mint that actor', async () => {
    const officer = { ...officerClaims, iss: citizensIssuer.iss, HoVaTen: 'X' }
    await expectRefused(await mint(rsa, officer), /may not name/)
    const citizen = { ...citizenClaims, iss: staffIssuer.iss, personal_id: '037090000001', name: 'X' }
    await expectRefused(await mint(ec, citizen), /may not name/)
    await expectRefused(await mint(rsa, { ...citizenClaims, actor: 'admin' }), /actor is not known/)
  })
})

describe('claims', () => {
  const wrong: [string, JWTPayload][] = [
    ['personal_id', { ...citizenClaims, SoDinhDanh: '37090000001' }],
    ['personal_id', { ...citizenClaims, SoDinhDanh: 37090000001 }],
    ['personal_id', { ...without(citizenClaims, 'SoDinhDanh'), personal_id: '037090000001' }],
    ['personal_id', { ...citizenClaims, SoDinhDanh: '٠٣٧٠٩٠٠٠٠٠٠١' }],
    ['loa', { ...citizenClaims, loa: 3 }],
    ['loa', { ...citizenClaims, loa: '2 ' }],
    ['name', { ...citizenClaims, HoVaTen: '' }],
    ['name', { ...citizenClaims, HoVaTen: 'A\u0000B' }],
    ['sub', without(citizenClaims, 'sub')],
    ['org_tax_code', { ...citizenClaims, org_tax_code: '0100233480' }],
    ['org_tax_code', { ...citizenClaims, org_tax_code: '0312687878-000' }],
  ]
  it.each(wrong)('refuses a wrong %s and names it', async (name, claims) => {
    const { why, code } = await refusalOf(`Bearer ${await mint(rsa, claims)}`)
    expect(code).toBe('unauthenticated')
    expect(why).toContain(name)
  })

  it('refuses an officer with a role that does not exist or an agency code that is none', async () => {
    await expectRefused(await mint(ec, { ...officerClaims, roles: ['root'] }), /roles/)
    await expectRefused(await mint(ec, { ...officerClaims, agency: 'abc' }), /agency/)
  })

  it('accepts every tax code whose check digit holds', async () => {
    for (const code of ['0100233488', '0100112437', '0312687878', '0314409058-002', '0101243150'])
      await authenticate(`Bearer ${await mint(rsa, { ...citizenClaims, org_tax_code: code })}`)
  })

  it('refuses without quoting what the token says', async () => {
    const { why } = await refusalOf(
      `Bearer ${await mint(rsa, { ...citizenClaims, SoDinhDanh: '0370900009' })}`,
    )
    expect(why).not.toContain('0370900009')
  })
})

describe('the issuer’s keys', () => {
  it('are fetched once for many parallel requests', async () => {
    const token = await mint(rsa, citizenClaims)
    await Promise.all(Array.from({ length: 50 }, () => authenticate(`Bearer ${token}`)))
    expect(fetches).toHaveLength(1)
  })

  it('are fetched again for an unknown key id, but not more than once in 30 seconds', async () => {
    await authenticate(`Bearer ${await mint(rsa, citizenClaims)}`)
    shown[citizensIssuer.iss] = await keySetOf(rsaNext)
    const rotated = await mint(rsaNext, citizenClaims)
    await expectRefused(rotated, /key is not known/)
    expect(fetches).toHaveLength(1)
    time += seconds(30)
    await Promise.all(Array.from({ length: 20 }, () => authenticate(`Bearer ${rotated}`)))
    expect(fetches).toHaveLength(2)
    for (let guess = 0; guess < 20; guess += 1)
      await expectRefused(
        await mint({ ...rsaNext, kid: `guess-${guess}` }, citizenClaims),
        /key is not known/,
      )
    expect(fetches).toHaveLength(2)
  })

  it('that were withdrawn are refused after ten minutes', async () => {
    const token = await mint(rsa, { ...citizenClaims, exp: now / 1_000 + 7_200 })
    await authenticate(`Bearer ${token}`)
    shown[citizensIssuer.iss] = await keySetOf(rsaNext)
    time += minutes(10)
    await expectRefused(token, /key is not known/)
  })

  it('that cannot be had make it 503, never 401', async () => {
    shown[citizensIssuer.iss] = new Error('connect ECONNREFUSED')
    const authorization = `Bearer ${await mint(rsa, citizenClaims)}`
    expect((await refusalOf(authorization)).code).toBe('unavailable')
    shown[citizensIssuer.iss] = await keySetOf(rsa)
    expect((await refusalOf(authorization)).code).toBe('unavailable')
    expect(fetches).toHaveLength(1)
    time += seconds(2)
    await authenticate(authorization)
  })

  it('serve on for a day while the issuer is down', async () => {
    const token = await mint(rsa, { ...citizenClaims, exp: now / 1_000 + 100_000 })
    await authenticate(`Bearer ${token}`)
    shown[citizensIssuer.iss] = new Error('down')
    time += hours(23)
    await authenticate(`Bearer ${token}`)
    time += hours(1)
    expect((await refusalOf(`Bearer ${token}`)).code).toBe('unavailable')
  })
})

describe('anything else in the header', () => {
  it('is refused when missing, of another scheme, or longer than the front door lets through', async () => {
    for (const header of [undefined, '', ' ', 'Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer a.b', `a.b.c`])
      expect((await refusalOf(header)).code).toBe('unauthenticated')
    const long = await mint(rsa, { ...citizenClaims, filler: 'x'.repeat(9_000) })
    await expectRefused(long, /too long/)
  })

  it('never causes anything but a refusal', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map((text) => base64url.encode(text)),
      fc
        .record({
          iss: fc.constant(citizensIssuer.iss),
          alg: fc.constantFrom('RS256', 'none'),
          exp: fc.anything(),
        })
        .map((value) => {
          try {
            return base64url.encode(JSON.stringify(value))
          } catch {
            return ''
          }
        }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.array(piece, { minLength: 1, maxLength: 5 }).map((parts) => `Bearer ${parts.join('.')}`),
        ),
        async (header) => {
          expect((await refusalOf(header)).code).toBe('unauthenticated')
        },
      ),
      { numRuns: 500 },
    )
  })
})
