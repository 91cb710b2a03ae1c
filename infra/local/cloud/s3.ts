import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  type Answer,
  discardAnswer,
  drain,
  errorAnswer,
  newRequestId,
  sendAnswer,
  xmlAnswer,
} from './s3-answer.ts'
import { completeUpload } from './s3-complete.ts'
import { copyObject } from './s3-copy.ts'
import { corsHeaders, preflight } from './s3-cors.ts'
import { deleteObject, deleteObjects } from './s3-delete.ts'
import { S3Error } from './s3-error.ts'
import { listObjects } from './s3-list.ts'
import { abortUpload, createMultipartUpload, listPartsOf, listUploadsOf, uploadPart } from './s3-multipart.ts'
import { getObject, getTagging, putObject } from './s3-object.ts'
import { postObject } from './s3-post.ts'
import { readRequest, type S3Request, s3Operation } from './s3-request.ts'
import { authenticate, type Credentials, type SignatureRules } from './s3-signature.ts'
import { type Bucket, openStorage, type Storage } from './s3-storage.ts'
import { type XmlNode, xmlDocument } from './s3-xml.ts'

export type S3Options = {
  readonly directory: string
  readonly credentials: Credentials
  readonly region: string
  readonly now?: () => Date
  readonly corsOrigins?: readonly string[]
  /** The largest object, and the most that one request may bring; 100 MB unless told. */
  readonly maxObjectBytes?: number
  /** Told of failures that are answered as InternalError. */
  readonly onFailure?: (error: unknown) => void
}

/** Called when the outcome is settled and nothing of it has been sent. */
export type BeforeAnswer = (status: number) => Promise<void>

export type S3 = {
  handle(request: IncomingMessage, response: ServerResponse, beforeAnswer?: BeforeAnswer): Promise<void>
  createBucket(name: string): void
}

type Context = SignatureRules & {
  readonly storage: Storage
  readonly maxSize: number
  readonly origins: readonly string[]
}

function listBuckets(storage: Storage): Answer {
  const buckets = storage.names().map((name): XmlNode => {
    const created = storage.bucket(name).created.toISOString()
    return [
      'Bucket',
      [
        ['Name', name],
        ['CreationDate', created],
      ],
    ]
  })
  return xmlAnswer(xmlDocument('ListAllMyBucketsResult', [['Buckets', buckets]]))
}

function createBucket(storage: Storage, name: string): Answer {
  if (storage.has(name)) throw new S3Error('BucketAlreadyOwnedByYou', undefined, { BucketName: name })
  storage.createBucket(name)
  return { status: 200, headers: { location: `/${name}` } }
}

async function onBucket(
  operation: string,
  bucket: Bucket,
  request: S3Request,
  payload: string,
  context: Context,
): Promise<Answer> {
  switch (operation) {
    case 'HeadBucket':
      return { status: 200, headers: { 'x-amz-bucket-region': context.region } }
    case 'GetBucketLocation':
      return xmlAnswer(xmlDocument('LocationConstraint', []).replace('></', `>${context.region}</`))
    case 'ListObjectsV2':
      return listObjects(bucket, request)
    case 'ListMultipartUploads':
      return listUploadsOf(bucket, request)
    case 'DeleteObjects':
      return deleteObjects(bucket, request, payload)
    case 'PutObject':
      return putObject(bucket, request, payload, context)
    case 'CopyObject':
      return copyObject(context.storage, bucket, request, context)
    case 'GetObject':
    case 'HeadObject':
      return getObject(bucket, request)
    case 'GetObjectTagging':
      return getTagging(bucket, request)
    case 'DeleteObject':
      return deleteObject(bucket, request)
    case 'CreateMultipartUpload':
      return createMultipartUpload(bucket, request, context.now)
    case 'UploadPart':
      return uploadPart(bucket, request, payload, context)
    case 'CompleteMultipartUpload':
      return completeUpload(bucket, request, payload, context)
    case 'AbortMultipartUpload':
      return abortUpload(bucket, request)
    case 'ListParts':
      return listPartsOf(bucket, request)
    case 'MethodNotAllowed':
      throw new S3Error('MethodNotAllowed', undefined, { Method: request.method })
    default:
      throw new S3Error('NotImplemented')
  }
}

async function respond(request: S3Request, context: Context): Promise<Answer> {
  const operation = s3Operation(request)
  if (operation === 'Preflight') return preflight(request, context.origins)
  // A form carries its signature in its fields; every other request carries it in front of the body.
  if (operation === 'PostObject') {
    return postObject(context.storage.bucket(request.bucket), request, context, context.maxSize)
  }
  const payload = authenticate(request, context)
  if (operation === 'ListBuckets') return listBuckets(context.storage)
  if (request.bucket === '') throw new S3Error('MethodNotAllowed', undefined, { Method: request.method })
  if (operation === 'CreateBucket') return createBucket(context.storage, request.bucket)
  return onBucket(operation, context.storage.bucket(request.bucket), request, payload, context)
}

/** An S3 for one machine: objects are files of a directory, refusals are worded and coded as S3's. */
export function createS3(options: S3Options): S3 {
  const now = options.now ?? (() => new Date())
  const context: Context = {
    storage: openStorage(options.directory),
    credentials: options.credentials,
    region: options.region,
    now,
    maxSize: options.maxObjectBytes ?? 100 * 1024 * 1024,
    origins: options.corsOrigins ?? [],
  }

  async function settle(raw: IncomingMessage, requestId: string): Promise<Answer> {
    let request: S3Request | undefined
    try {
      request = readRequest(raw)
      const answer = await respond(request, context)
      return { ...answer, headers: { ...answer.headers, ...corsHeaders(request, context.origins) } }
    } catch (error) {
      if (!(error instanceof S3Error) && !raw.destroyed) options.onFailure?.(error)
      const answer = errorAnswer(error, request?.path ?? raw.url ?? '/', requestId)
      const cors = request ? corsHeaders(request, context.origins) : {}
      return { ...answer, headers: { ...answer.headers, ...cors } }
    }
  }

  return {
    createBucket: (name) => context.storage.createBucket(name),
    handle: async (raw, response, beforeAnswer) => {
      const requestId = newRequestId()
      try {
        const answer = await settle(raw, requestId)
        const keep = await drain(raw)
        const head = raw.method === 'HEAD'
        try {
          await beforeAnswer?.(answer.status)
        } catch (error) {
          discardAnswer(answer)
          throw error
        }
        await sendAnswer(response, answer, { head, requestId, date: now(), keep })
      } catch (error) {
        // The caller has gone, or the answer broke off half-way: only closing tells it so.
        if (!response.destroyed) options.onFailure?.(error)
        response.destroy()
      }
    },
  }
}
