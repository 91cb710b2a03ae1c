import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3ServiceException } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { fromIso, seconds, toIso } from '../../shared/time.ts'
import { cleanKey } from './model.ts'
import type { CleanFiles } from './ports.ts'
import { base64Of, type S3, unlessAbsent } from './s3.ts'

const linkSeconds = 60

/** `20261121T020500Z`, the real moment of signing, as an instant. */
const signedAt = (url: string): number => {
  const date = new URL(url).searchParams.get('X-Amz-Date') ?? ''
  return fromIso(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
}

/** RFC 8187: what encodeURIComponent leaves alone but a header parameter may not carry is encoded too. */
const attachment = (fileName: string): string =>
  `attachment; filename*=UTF-8''${encodeURIComponent(fileName.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )}`

export const createCleanFiles = ({ s3, bucket }: { s3: S3; bucket: string }): CleanFiles => {
  const at = (document: { id: string; sha256: string }) => ({ Bucket: bucket, Key: cleanKey(document) })
  const files: CleanFiles = {
    keep: async (document, bytes) => {
      try {
        await s3.send(
          new PutObjectCommand({
            ...at(document),
            Body: bytes,
            ContentType: document.contentType,
            ContentDisposition: 'attachment',
            ChecksumSHA256: base64Of(document.sha256),
            IfNoneMatch: '*',
          }),
        )
      } catch (error) {
        // An earlier try may have written it, or this very one whose answer was lost. Believe the store, not us.
        const isThere = error instanceof S3ServiceException && error.$metadata.httpStatusCode === 412
        if (!isThere) throw error
        if ((await files.stateOf(document)) !== 'present')
          throw new Error('a clean key holds other bytes than its hash', { cause: error })
      }
    },
    stateOf: async (document) => {
      const head = await unlessAbsent(
        s3.send(new HeadObjectCommand({ ...at(document), ChecksumMode: 'ENABLED' })),
      )
      if (!head) return 'missing'
      const isSame = head.ContentLength === document.size && head.ChecksumSHA256 === base64Of(document.sha256)
      return isSame ? 'present' : 'altered'
    },
    linkTo: async (document) => {
      const command = new GetObjectCommand({
        ...at(document),
        ResponseContentDisposition: attachment(document.fileName),
      })
      const url = await getSignedUrl(s3, command, { expiresIn: linkSeconds })
      return { url, expiresAt: toIso(signedAt(url) + seconds(linkSeconds)) }
    },
  }
  return files
}
