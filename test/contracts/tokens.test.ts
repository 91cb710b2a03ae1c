import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contracts } from '../../functions/entries.ts'
import { type Runner, startRunner } from '../../infra/local/runner.ts'
import { hours, minutes } from '../../shared/time.ts'
import { keySetOf, makeKey, type SigningKey } from '../functions/identity/issuer.ts'
import { createPortal, type Portal } from '../kit/stack.ts'

const audience = 'motcua-37'
const citizensOnly = 'https://citizens.example'
const sandbox = 'https://issuer.sandbox.motcua.vn'

let runner: Runner
let portal: Portal
let keyServer: Server
let ours: { kid: string; alg: string }[]
let theirs: SigningKey
const directory = mkdtempSync(join(tmpdir(), 'motcua-province-'))

beforeAll(async () => {
  theirs = await makeKey('citizens-1', 'ES256')
  const keySet = JSON.stringify(await keySetOf(theirs))
  keyServer = createServer((_, response) => response.end(keySet)).listen(0, '127.0.0.1')
  await new Promise((resolve) => keyServer.once('listening', resolve))
  const province = JSON.parse(readFileSync('infra/provinces/37.json', 'utf8'))
  const { port } = keyServer.address() as AddressInfo
  province.issuers.push({
    iss: citizensOnly,
    jwksUri: `http://127.0.0.1:${port}/jwks`,
    audience,
    algorithms: ['ES256'],
    actors: ['citizen'],
  })
  const provinceFile = join(directory, 'province.json')
  writeFileSync(provinceFile, JSON.stringify(province))
  runner = await startRunner({ port: 0, dataDirectory: null, provinceFile })
  portal = createPortal(runner.url)
  ours = JSON.parse(readFileSync(join(runner.dataDirectory, 'issuer-keys.json'), 'utf8'))
})
afterAll(async () => {
  keyServer.close()
  rmSync(directory, { recursive: true })
  await runner.stop()
})

const seconds = (instant: number): number => Math.floor(instant / 1_000)
const claimsAt = (now: number) => ({
  sub: 'citizen-1',
  name: 'Nguyễn Thị Ánh',
  personal_id: '037090000001',
  loa: 2,
  actor: 'citizen',
  iss: sandbox,
  aud: audience,
  iat: seconds(now),
  exp: seconds(now + hours(1)),
})

const byUs = async (
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> => {
  const key = ours.find(({ alg }) => alg === 'ES256')
  if (!key) throw new Error('the sandbox issuer has no ES256 key')
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header })
    .sign(await importJWK(key, key.alg))
}
const byThem = (claims: Record<string, unknown>): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: theirs.kid }).sign(theirs.privateKey)

const officer = { actor: 'officer', agency: '000.00.12.H40', roles: ['receiver'] }

/** A token in which one thing is wrong; everything else is as it should be. */
const wrong: Readonly<Record<string, (good: ReturnType<typeof claimsAt>) => Promise<string>>> = {
  expired: (good) => byUs({ ...good, exp: good.iat - 61 }),
  'without an end': ({ exp: _, ...good }) => byUs(good),
  'from the future': (good) => byUs({ ...good, iat: good.iat + 120 }),
  'not valid yet': (good) => byUs({ ...good, nbf: good.iat + 120 }),
  'for another system': (good) => byUs({ ...good, aud: 'motcua-01' }),
  'for nobody': ({ aud: _, ...good }) => byUs(good),
  unsigned: async (good) => new UnsecuredJWT(good).encode(),
  'without its signature': async (good) => `${(await byUs(good)).split('.').slice(0, 2).join('.')}.`,
  'with other contents': async (good) => {
    const [header, , signature] = (await byUs(good)).split('.')
    const body = Buffer.from(JSON.stringify({ ...good, personal_id: '037090000002' })).toString('base64url')
    return [header, body, signature].join('.')
  },
  'by an unknown issuer': (good) => byUs({ ...good, iss: 'https://elsewhere.example' }),
  'by one issuer in the name of another': (good) => byThem({ ...good, iss: sandbox }),
  'for an actor its issuer may not name': (good) => byThem({ ...good, ...officer, iss: citizensOnly }),
  'with another key id': (good) => byUs(good, { kid: 'nobody' }),
  'for an unknown actor': (good) => byUs({ ...good, actor: 'admin' }),
  'with a personal number that is none': (good) => byUs({ ...good, personal_id: '37' }),
}

describe('a token', () => {
  const closed = contracts.filter(({ auth }) => auth !== 'public')
  const answers = async (token: string) =>
    new Set(
      await Promise.all(
        closed.map(async ({ method, path }) => {
          const { status, json, headers } = await portal.call(method, path.replace('{id}', 'some-id'), {
            token,
            key: 'k',
            ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
          })
          return `${status} ${json?.code} ${headers.get('www-authenticate')}`
        }),
      ),
    )

  it('that is right is accepted, also from the issuer of citizens', async () => {
    const good = claimsAt(runner.clock.now())
    for (const token of [await byUs(good), await byThem({ ...good, iss: citizensOnly })])
      expect((await portal.call('GET', '/v1/dossiers', { token })).status).toBe(200)
    expect(
      (await portal.call('GET', '/v1/documents/x', { token: await byUs({ ...good, ...officer }) })).status,
    ).toBe(404)
  })

  it.each(Object.entries(wrong))('%s is refused by every contract that asks for one', async (_, make) => {
    const token = await make(claimsAt(runner.clock.now()))
    expect(await answers(token)).toEqual(new Set(['401 unauthenticated Bearer']))
  })

  it('ends with its time', async () => {
    const good = claimsAt(runner.clock.now())
    const token = await byUs({ ...good, exp: good.iat + 600 })
    expect((await portal.call('GET', '/v1/dossiers', { token })).status).toBe(200)
    runner.clock.travel(runner.clock.now() + minutes(12))
    expect((await portal.call('GET', '/v1/dossiers', { token })).status).toBe(401)
  })
})
