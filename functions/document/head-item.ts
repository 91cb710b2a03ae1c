import type { Item } from '../../shared/dynamo.ts'
import { type Document, document } from './model.ts'

export const partition = (id: string): string => `document#${id}`

/** The key of the item that is the document; events and recorded answers lie beside it. */
export const headKey = (id: string) => ({ pk: partition(id), sk: 'head' })

/**
 * What is stored is kept under one kilobyte, since a dossier pays for the whole item when it binds it:
 * keys of objects follow from the id, and what is empty is left out (DynamoDB holds no empty set anyway).
 */
export const headItem = (of: Document): Item => ({
  ...headKey(of.id),
  ownerRef: of.ownerRef,
  state: of.state,
  ...(of.reason === null ? {} : { reason: of.reason }),
  fileName: of.fileName,
  contentType: of.contentType,
  size: of.size,
  sha256: of.sha256,
  purpose: of.purpose,
  ...(of.boundTo.length === 0 ? {} : { boundTo: new Set(of.boundTo) }),
  version: of.version,
  sequence: of.sequence,
  createdAt: of.createdAt,
  changedAt: of.changedAt,
  ...(of.deletedAt === null ? {} : { deletedAt: of.deletedAt }),
})

export const documentOf = ({ pk, sk, awaiting, boundTo, ...rest }: Item): Document =>
  document.parse({
    reason: null,
    deletedAt: null,
    ...rest,
    id: String(pk).slice(partition('').length),
    boundTo: [...((boundTo as Set<string> | undefined) ?? [])].sort(),
  })
