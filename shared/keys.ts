import { GenerateMacCommand, GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms'
import * as z from 'zod'

export const keysEnv = z.object({ KMS_ENDPOINT: z.url().optional() })

/** Keys that never leave the key service; a domestic host offers the same three calls. */
export interface Keys {
  /** HMAC-SHA-256 under a key. */
  mac(keyId: string, message: string): Promise<Buffer>
  /** ECDSA P-256 signature over SHA-256 of the bytes, DER. */
  sign(keyId: string, bytes: Uint8Array): Promise<Buffer>
  /** SubjectPublicKeyInfo of a signing key, DER. */
  publicKey(keyId: string): Promise<Buffer>
}

const present = (bytes: Uint8Array | undefined): Buffer => {
  if (!bytes) throw new Error('the key service answered without a result')
  return Buffer.from(bytes)
}

export const createKeys = (env: z.output<typeof keysEnv>): Keys => {
  const kms = new KMSClient({ ...(env.KMS_ENDPOINT ? { endpoint: env.KMS_ENDPOINT } : {}), maxAttempts: 3 })
  return {
    mac: async (keyId, message) => {
      const { Mac } = await kms.send(
        new GenerateMacCommand({ KeyId: keyId, Message: Buffer.from(message), MacAlgorithm: 'HMAC_SHA_256' }),
      )
      return present(Mac)
    },
    sign: async (keyId, bytes) => {
      const { Signature } = await kms.send(
        new SignCommand({
          KeyId: keyId,
          Message: bytes,
          MessageType: 'RAW',
          SigningAlgorithm: 'ECDSA_SHA_256',
        }),
      )
      return present(Signature)
    },
    publicKey: async (keyId) =>
      present((await kms.send(new GetPublicKeyCommand({ KeyId: keyId }))).PublicKey),
  }
}
