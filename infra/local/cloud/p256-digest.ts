import { createECDH, createPrivateKey, hkdfSync } from 'node:crypto'

// The order of the P-256 group.
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

function toBigInt(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
}

function toBytes(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % order
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % order
    square = (square * square) % order
  }
  return result
}

function derInteger(value: bigint): Buffer {
  let bytes = toBytes(value)
  while (bytes.length > 1 && bytes[0] === 0 && (bytes[1] ?? 0) < 0x80) bytes = bytes.subarray(1)
  if ((bytes[0] ?? 0) >= 0x80) bytes = Buffer.concat([Buffer.from([0]), bytes])
  return Buffer.concat([Buffer.from([2, bytes.length]), bytes])
}

function derSignature(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([derInteger(r), derInteger(s)])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

/**
 * ECDSA over a digest that is ready made. Node can only sign what it hashes itself, so the signature is computed
 * here, with the curve's own multiplication by way of ECDH. The nonce is derived from the key and the digest, so
 * it is never used for two digests.
 */
export function signDigest(pkcs8: Buffer, digest: Buffer): Buffer {
  const jwk = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' })
  const secret = Buffer.from(jwk.d ?? '', 'base64url')
  const d = toBigInt(secret)
  const z = toBigInt(digest)
  for (let attempt = 0; ; attempt += 1) {
    // 48 bytes reduced by a 32-byte order leave no bias worth naming.
    const wide = hkdfSync('sha256', secret, digest, `p256 nonce ${attempt}`, 48)
    const k = (toBigInt(new Uint8Array(wide)) % (order - 1n)) + 1n
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(toBytes(k))
    const r = toBigInt(ecdh.getPublicKey().subarray(1, 33)) % order
    const s = (power(k, order - 2n) * (z + r * d)) % order
    if (r !== 0n && s !== 0n) return derSignature(r, s)
  }
}
