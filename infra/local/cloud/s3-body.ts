import {
  type Checksum,
  type ChecksumAlgorithm,
  checksumAlgorithms,
  checksumBytes,
  isChecksumAlgorithm,
  readDigest,
  startDigest,
} from './s3-checksum.ts'
import { decodeChunked } from './s3-chunked.ts'
import { S3Error } from './s3-error.ts'
import type { S3Request } from './s3-request.ts'

/** What the sender claimed of the content; every claim is verified when the last byte has come. */
export type Claims = {
  readonly size?: number
  readonly maxSize: number
  readonly md5?: Buffer
  readonly sha256Hex?: string
  readonly algorithm?: ChecksumAlgorithm
  /** Read after the last byte, since a trailing checksum comes behind the content. */
  readonly checksum?: () => string | undefined
}

export type Measured = { size: number; md5: Buffer; checksum: Checksum }

/** Content that verifies itself: reading `chunks` to the end throws if any claim does not hold. */
export type Body = { readonly chunks: AsyncIterable<Buffer>; measured(): Measured }

const trailerPayload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'

function verifyChecksum(algorithm: ChecksumAlgorithm, claimed: string | undefined, actual: string): void {
  if (claimed === undefined) throw new S3Error('MalformedTrailerError')
  if (!readDigest(claimed, checksumBytes[algorithm])) {
    throw new S3Error('InvalidRequest', `Value for x-amz-checksum-${algorithm} header is invalid.`)
  }
  if (claimed !== actual) {
    throw new S3Error(
      'BadDigest',
      `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
    )
  }
}

export function measure(source: AsyncIterable<Buffer>, claims: Claims): Body {
  const algorithm = claims.algorithm ?? 'crc64nvme'
  let result: Measured | undefined

  async function* run(): AsyncGenerator<Buffer> {
    const md5 = startDigest('md5')
    const sha256 = startDigest('sha256')
    const check = startDigest(algorithm)
    let size = 0
    for await (const chunk of source) {
      size += chunk.length
      if (size > claims.maxSize) {
        throw new S3Error('EntityTooLarge', undefined, { MaxSizeAllowed: String(claims.maxSize) })
      }
      md5.update(chunk)
      sha256.update(chunk)
      check.update(chunk)
      yield chunk
    }
    if (claims.size !== undefined && size !== claims.size) throw new S3Error('IncompleteBody')
    const md5Digest = md5.finish()
    if (claims.md5 && !claims.md5.equals(md5Digest)) {
      throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.')
    }
    const sha256Hex = sha256.finish().toString('hex')
    if (claims.sha256Hex !== undefined && claims.sha256Hex !== sha256Hex) {
      throw new S3Error('XAmzContentSHA256Mismatch', undefined, {
        ClientComputedContentSHA256: claims.sha256Hex,
        S3ComputedContentSHA256: sha256Hex,
      })
    }
    const value = check.finish().toString('base64')
    if (claims.checksum) verifyChecksum(algorithm, claims.checksum(), value)
    result = { size, md5: md5Digest, checksum: { algorithm, value, type: 'FULL_OBJECT' } }
  }

  return {
    chunks: run(),
    measured: () => {
      if (!result) throw new Error('the content was not read to its end')
      return result
    },
  }
}

/** Reads a request without destroying its socket on a refusal: the refusal still has to be answered. */
export function rawChunks(request: S3Request): AsyncIterable<Buffer> {
  return request.raw.iterator({ destroyOnReturn: false })
}

/** The one checksum claimed through `x-amz-checksum-*` names; two are refused, as S3 does. */
export function claimedChecksum(
  lookup: (name: string) => string | undefined,
): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  const found = checksumAlgorithms.flatMap((algorithm) => {
    const value = lookup(`x-amz-checksum-${algorithm}`)
    return value === undefined ? [] : [{ algorithm, value }]
  })
  if (found.length > 1) {
    throw new S3Error(
      'InvalidRequest',
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    )
  }
  return found[0]
}

export function claimedMd5(text: string | undefined): { md5?: Buffer } {
  if (text === undefined) return {}
  const md5 = readDigest(text, 16)
  if (!md5) throw new S3Error('InvalidDigest')
  return { md5 }
}

function trailerAlgorithm(request: S3Request): ChecksumAlgorithm | undefined {
  const trailer = request.header('x-amz-trailer')
  if (trailer === undefined) return undefined
  const name = trailer.trim().toLowerCase().replace('x-amz-checksum-', '')
  if (!isChecksumAlgorithm(name)) {
    throw new S3Error('InvalidRequest', 'The value specified in the x-amz-trailer header is not supported')
  }
  return name
}

function length(text: string | undefined, maxSize: number): number {
  if (text === undefined || !/^\d{1,15}$/.test(text)) throw new S3Error('MissingContentLength')
  const size = Number(text)
  if (size > maxSize) {
    throw new S3Error('EntityTooLarge', undefined, { ProposedSize: text, MaxSizeAllowed: String(maxSize) })
  }
  return size
}

/** Opens a signed request's body, with every integrity claim that its headers make. */
export function openBody(request: S3Request, payload: string, maxSize: number): Body {
  const header = claimedChecksum(request.header)
  const trailing = trailerAlgorithm(request)
  const framed = payload === trailerPayload
  if (payload.startsWith('STREAMING-') && !framed) throw new S3Error('NotImplemented')
  if (!framed && payload !== 'UNSIGNED-PAYLOAD' && !/^[0-9a-f]{64}$/.test(payload)) {
    throw new S3Error(
      'InvalidArgument',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER or a valid sha256 value.',
    )
  }
  const algorithm = header?.algorithm ?? trailing
  if (request.header('x-amz-sdk-checksum-algorithm') !== undefined && algorithm === undefined) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    )
  }
  const base: Claims = {
    maxSize,
    ...claimedMd5(request.header('content-md5')),
    ...(algorithm ? { algorithm } : {}),
    ...(header ? { checksum: () => header.value } : {}),
  }
  if (!framed) {
    const size = length(request.header('content-length'), maxSize)
    const sha = payload === 'UNSIGNED-PAYLOAD' ? {} : { sha256Hex: payload }
    return measure(rawChunks(request), { ...base, ...sha, size })
  }
  const trailers = new Map<string, string>()
  const size = length(request.header('x-amz-decoded-content-length'), maxSize)
  const checksum = trailing && !header ? { checksum: () => trailers.get(`x-amz-checksum-${trailing}`) } : {}
  return measure(decodeChunked(rawChunks(request), trailers), { ...base, ...checksum, size })
}

/** A small request document, verified like any other body. */
export async function readText(body: Body): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of body.chunks) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
