import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ServiceError } from './service-error.ts'

export type KeySpec = 'ECC_NIST_P256' | 'HMAC_256'

export type StoredKey = {
  readonly id: string
  readonly alias: string
  readonly spec: KeySpec
  readonly created: number
  /** PKCS#8 DER of a signing key, or the bytes of a MAC key, in base64. */
  readonly secret: string
  /** SPKI DER in base64, of a signing key. */
  readonly publicKey?: string
}

const file = 'kms-keys.json'

function makeKey(alias: string, spec: KeySpec): StoredKey {
  const base = { id: randomUUID(), alias, spec, created: Math.floor(Date.now() / 1000) }
  if (spec === 'HMAC_256') return { ...base, secret: randomBytes(32).toString('base64') }
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  return { ...base, secret: pair.privateKey.toString('base64'), publicKey: pair.publicKey.toString('base64') }
}

function readKeys(path: string): StoredKey[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  // A damaged file must stop the start: making new keys would silently void everything the old ones signed.
  const keys = (JSON.parse(text) as { keys?: unknown }).keys
  if (!Array.isArray(keys)) throw new Error(`${path} is not a key file`)
  return keys as StoredKey[]
}

function writeKeys(path: string, keys: readonly StoredKey[]): void {
  const temporary = `${path}.${randomUUID()}.tmp`
  const fd = openSync(temporary, 'wx', 0o600)
  try {
    writeFileSync(fd, `${JSON.stringify({ keys }, null, 2)}\n`)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  renameSync(temporary, path)
}

/** The keys of a directory; those of `wanted` that are not there yet are made and kept. */
export function openKeys(
  directory: string,
  wanted: readonly { alias: string; spec: KeySpec }[],
): readonly StoredKey[] {
  mkdirSync(directory, { recursive: true })
  const path = join(directory, file)
  const keys = readKeys(path)
  const missing = wanted.filter(({ alias, spec }) => {
    const key = keys.find((each) => each.alias === alias)
    if (key && key.spec !== spec) throw new Error(`${path}: ${alias} is ${key.spec}, not ${spec}`)
    return !key
  })
  if (missing.length === 0) return keys
  const all = [...keys, ...missing.map(({ alias, spec }) => makeKey(alias, spec))]
  writeKeys(path, all)
  return all
}

/** Finds a key by its id, its alias, or the ARN of either. */
export function findKey(keys: readonly StoredKey[], name: string): StoredKey {
  const plain = name.replace(/^arn:aws:kms:[^:]*:\d*:/, '').replace(/^key\//, '')
  const key = keys.find(({ id, alias }) => id === plain || alias === plain)
  if (!key) {
    const what = plain.startsWith('alias/') ? 'Alias' : 'Key'
    throw new ServiceError('NotFoundException', 400, `${what} '${name}' does not exist`)
  }
  return key
}
