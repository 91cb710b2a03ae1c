import { createHmac, createPrivateKey, createPublicKey, sign, timingSafeEqual, verify } from 'node:crypto'
import { findKey, type KeySpec, openKeys, type StoredKey } from './kms-keys.ts'
import { signDigest } from './p256-digest.ts'
import { members, ServiceError, validation } from './service-error.ts'

export type KmsOptions = {
  readonly directory: string
  readonly keys: readonly { readonly alias: string; readonly spec: KeySpec }[]
  readonly region?: string
}

export type Kms = { handle(operation: string, input: unknown): unknown }

const macAlgorithms = ['HMAC_SHA_224', 'HMAC_SHA_256', 'HMAC_SHA_384', 'HMAC_SHA_512']
const signingAlgorithms = [
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_256',
]
const maxMessage = 4096

function text(input: Record<string, unknown>, name: string): string {
  const value = input[name]
  if (typeof value !== 'string' || value === '') {
    throw validation(
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must not be null`,
    )
  }
  return value
}

function blob(input: Record<string, unknown>, name: string, max: number): Buffer {
  const value = text(input, name)
  const bytes = Buffer.from(value, 'base64')
  if (bytes.toString('base64') !== value) {
    throw new ServiceError('SerializationException', 400, `'${name}' is not base64`)
  }
  if (bytes.length > max) {
    throw validation(
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${max}`,
    )
  }
  return bytes
}

function oneOf(input: Record<string, unknown>, name: string, values: readonly string[]): string {
  const value = text(input, name)
  if (!values.includes(value)) {
    throw validation(
      `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
    )
  }
  return value
}

/** The few operations of KMS that the backend uses, over keys kept in a file. */
export function createKms(options: KmsOptions): Kms {
  const keys = openKeys(options.directory, options.keys)
  const region = options.region ?? 'ap-southeast-1'
  const arn = (key: StoredKey) => `arn:aws:kms:${region}:000000000000:key/${key.id}`

  function keyOf(input: Record<string, unknown>, spec?: KeySpec): StoredKey {
    const key = findKey(keys, text(input, 'KeyId'))
    if (spec && key.spec !== spec) {
      const usage = key.spec === 'HMAC_256' ? 'GENERATE_VERIFY_MAC' : 'SIGN_VERIFY'
      throw new ServiceError(
        'InvalidKeyUsageException',
        400,
        `${arn(key)} key usage is ${usage} which is not valid for this operation.`,
      )
    }
    return key
  }

  function message(input: Record<string, unknown>): { bytes: Buffer; digest: boolean } {
    const bytes = blob(input, 'Message', maxMessage)
    const type = input.MessageType === undefined ? 'RAW' : oneOf(input, 'MessageType', ['RAW', 'DIGEST'])
    if (type === 'DIGEST' && bytes.length !== 32) {
      throw validation('Digest is invalid length for algorithm ECDSA_SHA_256.')
    }
    return { bytes, digest: type === 'DIGEST' }
  }

  function compatible(key: StoredKey, algorithm: string, own: string): void {
    if (algorithm === own) return
    throw new ServiceError(
      'InvalidKeyUsageException',
      400,
      `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
    )
  }

  const operations: Record<string, (input: Record<string, unknown>) => unknown> = {
    Sign: (input) => {
      const key = keyOf(input, 'ECC_NIST_P256')
      const algorithm = oneOf(input, 'SigningAlgorithm', signingAlgorithms)
      compatible(key, algorithm, 'ECDSA_SHA_256')
      const { bytes, digest } = message(input)
      const der = Buffer.from(key.secret, 'base64')
      const signature = digest
        ? signDigest(der, bytes)
        : sign('sha256', bytes, createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))
      return { KeyId: arn(key), Signature: signature.toString('base64'), SigningAlgorithm: algorithm }
    },
    Verify: (input) => {
      const key = keyOf(input, 'ECC_NIST_P256')
      const algorithm = oneOf(input, 'SigningAlgorithm', signingAlgorithms)
      compatible(key, algorithm, 'ECDSA_SHA_256')
      const { bytes, digest } = message(input)
      if (digest)
        throw new ServiceError('UnsupportedOperationException', 400, 'Verify takes RAW messages only.')
      const publicKey = createPublicKey({
        key: Buffer.from(key.publicKey ?? '', 'base64'),
        format: 'der',
        type: 'spki',
      })
      if (!verify('sha256', bytes, publicKey, blob(input, 'Signature', 6144))) {
        throw new ServiceError('KMSInvalidSignatureException', 400, 'The signature is not valid.')
      }
      return { KeyId: arn(key), SignatureValid: true, SigningAlgorithm: algorithm }
    },
    GetPublicKey: (input) => {
      const key = keyOf(input)
      if (key.publicKey === undefined) {
        throw new ServiceError('UnsupportedOperationException', 400, `${arn(key)} is not an asymmetric key.`)
      }
      return {
        KeyId: arn(key),
        PublicKey: key.publicKey,
        KeySpec: key.spec,
        CustomerMasterKeySpec: key.spec,
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: ['ECDSA_SHA_256'],
      }
    },
    GenerateMac: (input) => {
      const key = keyOf(input, 'HMAC_256')
      const algorithm = oneOf(input, 'MacAlgorithm', macAlgorithms)
      compatible(key, algorithm, 'HMAC_SHA_256')
      const mac = createHmac('sha256', Buffer.from(key.secret, 'base64'))
      mac.update(blob(input, 'Message', maxMessage))
      return { KeyId: arn(key), Mac: mac.digest('base64'), MacAlgorithm: algorithm }
    },
    VerifyMac: (input) => {
      const key = keyOf(input, 'HMAC_256')
      const algorithm = oneOf(input, 'MacAlgorithm', macAlgorithms)
      compatible(key, algorithm, 'HMAC_SHA_256')
      const mac = createHmac('sha256', Buffer.from(key.secret, 'base64'))
      const expected = mac.update(blob(input, 'Message', maxMessage)).digest()
      const given = blob(input, 'Mac', 6144)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
        throw new ServiceError('KMSInvalidMacException', 400, 'The MAC is not valid.')
      }
      return { KeyId: arn(key), MacValid: true, MacAlgorithm: algorithm }
    },
    DescribeKey: (input) => {
      const key = keyOf(input)
      const signing = key.spec === 'ECC_NIST_P256'
      return {
        KeyMetadata: {
          AWSAccountId: '000000000000',
          Arn: arn(key),
          KeyId: key.id,
          CreationDate: key.created,
          Enabled: true,
          KeyManager: 'CUSTOMER',
          KeyState: 'Enabled',
          Origin: 'AWS_KMS',
          MultiRegion: false,
          KeySpec: key.spec,
          CustomerMasterKeySpec: key.spec,
          KeyUsage: signing ? 'SIGN_VERIFY' : 'GENERATE_VERIFY_MAC',
          ...(signing ? { SigningAlgorithms: ['ECDSA_SHA_256'] } : { MacAlgorithms: ['HMAC_SHA_256'] }),
        },
      }
    },
  }

  return {
    handle: (operation, input) => {
      const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined
      if (!run) throw new ServiceError('UnknownOperationException', 400, `Unknown operation ${operation}`)
      return run(members(input))
    },
  }
}
