import * as z from 'zod'
import type { Dynamo, Item, Write } from '../../shared/dynamo.ts'
import type { Bilingual } from '../../shared/text.ts'
import { readItems } from './batch-read.ts'
import { createCleanFiles } from './clean-files.ts'
import { documentOf, headKey } from './head-item.ts'
import type { DocumentState } from './model.ts'
import type { StoredState } from './ports.ts'
import { reasonTexts } from './reasons.ts'
import { type S3, s3Env } from './s3.ts'

export { documentAccepted, documentRejected, documentUploaded } from './events.ts'
export { type DocumentState, ownerRefOf } from './model.ts'
export { createS3 } from './s3.ts'

export const documentStorageEnv = s3Env.extend({
  DOCUMENT_TABLE: z.string().min(3),
  CLEAN_BUCKET: z.string().min(3),
})

/** What another context may know of a document. */
export interface DocumentFacts {
  id: string
  ownerRef: string
  state: DocumentState
  reason: Bilingual | null
  fileName: string
  contentType: string
  size: number
  sha256: string
}

/** The file as it was when somebody decided to rely on it. */
export interface FileFact {
  documentId: string
  sha256: string
  size: number
  contentType: string
}

export interface DocumentDesk {
  /** The documents of these ids as last written; unknown and deleted ones are absent. */
  find(ids: readonly string[]): Promise<Map<string, DocumentFacts>>
  /** The write that ties a document to a dossier, for the dossier's own transaction. Repeating it is harmless. */
  bindWrite(fact: FileFact, ownerRef: string, dossierId: string): Write
  /** What the file store itself says of the inspected file. */
  storedState(fact: FileFact): Promise<StoredState>
  /** The document that a refused `bindWrite` met. */
  factsOf(item: Item | undefined): DocumentFacts | undefined
}

const factsOf = (item: Item | undefined): DocumentFacts | undefined => {
  if (!item) return undefined
  const { id, ownerRef, state, reason, fileName, contentType, size, sha256, deletedAt } = documentOf(item)
  if (deletedAt !== null) return undefined
  const facts = { id, ownerRef, state, fileName, contentType, size, sha256 }
  return { ...facts, reason: reason === null ? null : reasonTexts[reason] }
}

export const createDocumentDesk = (deps: {
  dynamo: Dynamo
  table: string
  s3: S3
  cleanBucket: string
}): DocumentDesk => {
  const files = createCleanFiles({ s3: deps.s3, bucket: deps.cleanBucket })
  return {
    find: async (ids) => {
      const items = await readItems(deps.dynamo, deps.table, [...new Set(ids)].map(headKey))
      const facts = items.map(factsOf).filter((fact) => fact !== undefined)
      return new Map(facts.map((fact) => [fact.id, fact]))
    },
    bindWrite: (fact, ownerRef, dossierId) => ({
      Update: {
        TableName: deps.table,
        Key: headKey(fact.documentId),
        UpdateExpression: 'ADD boundTo :dossier, #version :one',
        ConditionExpression: [
          '#state = :clean AND ownerRef = :owner AND attribute_not_exists(deletedAt)',
          'sha256 = :sha256 AND #size = :size AND contentType = :contentType',
        ].join(' AND '),
        ExpressionAttributeNames: { '#state': 'state', '#version': 'version', '#size': 'size' },
        ExpressionAttributeValues: {
          ':dossier': new Set([dossierId]),
          ':one': 1,
          ':clean': 'clean',
          ':owner': ownerRef,
          ':sha256': fact.sha256,
          ':size': fact.size,
          ':contentType': fact.contentType,
        },
      },
    }),
    storedState: ({ documentId, ...fact }) => files.stateOf({ id: documentId, ...fact }),
    factsOf,
  }
}
