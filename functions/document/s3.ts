import { S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import * as z from 'zod'

export const s3Env = z.object({ S3_ENDPOINT: z.url().optional() })

export type { S3Client as S3 }

/** A client of S3, or of a domestic store that speaks its language. */
export const createS3 = (env: z.output<typeof s3Env>): S3Client =>
  new S3Client({
    ...(env.S3_ENDPOINT ? { endpoint: env.S3_ENDPOINT, forcePathStyle: true } : {}),
    maxAttempts: 4,
    // We name the checksum ourselves where one matters; a signed address must not demand one from a browser.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })

/** Turns "there is no such object" into undefined. Needs the right to list, or S3 answers 403 instead of 404. */
export const unlessAbsent = async <Answer>(answer: Promise<Answer>): Promise<Answer | undefined> => {
  try {
    return await answer
  } catch (error) {
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined
    throw error
  }
}

export const base64Of = (sha256: string): string => Buffer.from(sha256, 'hex').toString('base64')
