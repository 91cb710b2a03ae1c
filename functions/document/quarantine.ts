import type { Readable } from 'node:stream'
import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import { createPresignedPost } from '@aws-sdk/s3-presigned-post'
import * as z from 'zod'
import { fromIso, toIso } from '../../shared/time.ts'
import { quarantineKey } from './model.ts'
import type { Quarantine } from './ports.ts'
import { type S3, unlessAbsent } from './s3.ts'

const ticketSeconds = 15 * 60

/** Read from the signed policy itself: storage signatures stand on real time, whatever our own clock says. */
const expiryOf = (policy: string | undefined): string => {
  const text: unknown = JSON.parse(Buffer.from(policy ?? '', 'base64').toString('utf8'))
  return toIso(fromIso(z.object({ expiration: z.string() }).parse(text).expiration))
}

/** Collects a stream and stops one byte past the limit, whatever is still to come. */
const readUpTo = async (body: Readable, limit: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    length += chunk.byteLength
    if (length > limit) break
  }
  return Buffer.concat(chunks).subarray(0, limit + 1)
}

export const createQuarantine = ({ s3, bucket }: { s3: S3; bucket: string }): Quarantine => {
  const at = (document: { id: string }) => ({ Bucket: bucket, Key: quarantineKey(document) })
  return {
    ticketFor: async (document) => {
      const { url, fields } = await createPresignedPost(s3, {
        ...at(document),
        Conditions: [['content-length-range', 1, document.size]],
        Fields: { 'Content-Type': document.contentType },
        Expires: ticketSeconds,
      })
      return { method: 'POST', url, fields, expiresAt: expiryOf(fields.Policy) }
    },
    holds: async (document) =>
      (await unlessAbsent(s3.send(new HeadObjectCommand(at(document))))) !== undefined,
    read: async (document) => {
      const answer = await unlessAbsent(s3.send(new GetObjectCommand(at(document))))
      return answer ? await readUpTo(answer.Body as Readable, document.size) : undefined
    },
    discard: async (document) => {
      await s3.send(new DeleteObjectCommand(at(document)))
    },
  }
}
