import type { Caller, Command, Outcome } from '../../shared/contract.ts'
import { AppError, type FieldError, invalidRequest } from '../../shared/errors.ts'
import type { Place } from '../../shared/events.ts'
import { derivedId } from '../../shared/ids.ts'
import { type Clock, toIso } from '../../shared/time.ts'
import { documentUploaded, nextEvent } from './events.ts'
import { type AcceptedType, acceptedType, acceptedTypes } from './inspection/accepted-types.ts'
import { type Document, type DocumentView, type Opened, ownerRefOf, spokenSize } from './model.ts'
import type { CleanFiles, DocumentStore, Quarantine } from './ports.ts'
import { viewOf } from './reasons.ts'
import { next, stateNames } from './transitions.ts'

type Owner = Extract<Caller, { actor: 'citizen' | 'officer' }>

export interface DocumentDeps {
  store: DocumentStore
  quarantine: Pick<Quarantine, 'ticketFor' | 'holds'>
  files: Pick<CleanFiles, 'linkTo'>
  clock: Clock
  place: Place
  maxFileBytes: number
}

interface Upload {
  fileName: string
  contentType: string
  size: number
  sha256: string
  purpose: string
}

interface OnOne {
  caller: Owner
  params: { id: string }
}

/** What belongs to somebody else, and what was deleted, is as unknown as what never was. */
const ownedBy = (caller: Owner, document: Document | undefined): Document => {
  if (document?.ownerRef !== ownerRefOf(caller) || document.deletedAt !== null)
    throw new AppError('not-found')
  return document
}

const checkVersion = (document: Document, ifMatch: number | undefined): void => {
  if (ifMatch !== undefined && ifMatch !== document.version)
    throw new AppError('version-conflict', { params: { version: document.version } })
}

const checkUpload = (upload: Upload, maxFileBytes: number): AcceptedType => {
  const type = acceptedType(upload.contentType)
  const errors: FieldError[] = []
  if (upload.size > maxFileBytes)
    errors.push({ code: 'file-too-large', pointer: '#/size', params: { maximum: spokenSize(maxFileBytes) } })
  if (type === undefined)
    errors.push({
      code: 'type-not-accepted',
      pointer: '#/contentType',
      params: { allowed: acceptedTypes.join(', ') },
    })
  if (type === undefined || errors.length > 0) throw invalidRequest(...errors)
  return type
}

/** What owners do with their documents. */
export const createDocuments = (deps: DocumentDeps) => {
  const { store, quarantine, files, clock, place } = deps

  const requestUpload = async (request: {
    caller: Owner
    body: Upload
    command: Command
  }): Promise<Outcome<Opened>> => {
    const { caller, body, command } = request
    const contentType = checkUpload(body, deps.maxFileBytes)
    const now = toIso(clock.now())
    const document: Document = {
      ...body,
      contentType,
      id: derivedId('document', command.scope),
      ownerRef: ownerRefOf(caller),
      state: 'awaiting-upload',
      reason: null,
      boundTo: [],
      version: 1,
      sequence: 0,
      createdAt: now,
      changedAt: now,
      deletedAt: null,
    }
    const upload = await quarantine.ticketFor(document)
    return store.open(document, command, { id: document.id, upload })
  }

  /** Starts the inspection; undefined when somebody else changed the document meanwhile. */
  const startInspection = async (document: Document, command: Command, correlationId: string) => {
    const to = next(document.state, 'complete')
    if (to === undefined) return store.record(document.id, command, viewOf(document))
    if (!(await quarantine.holds(document))) {
      // A call beside this one may have started the inspection, which clears the upload away when it is done.
      const now = await store.find(document.id)
      if (now?.version === document.version) throw new AppError('upload-missing')
      return undefined
    }
    const at = clock.now()
    const event = nextEvent(documentUploaded, place, document, { at, correlationId })
    const result = await store.move(document, { to, reason: null, at, event }, { command, answer: viewOf })
    if (result.outcome === 'overtaken') return undefined
    if (result.outcome === 'repeated') return result.answer
    return { body: viewOf(result.document), replayed: false }
  }

  const complete = async (
    request: OnOne & { command: Command; ifMatch: number | undefined; requestId: string },
  ): Promise<Outcome<DocumentView>> => {
    const { caller, params, command, ifMatch, requestId } = request
    // Only completing, the cleanup or a deletion can come between, each of them once.
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { document, answer } = await store.findFor(params.id, command)
      const mine = ownedBy(caller, document)
      if (answer) return answer
      checkVersion(mine, ifMatch)
      const outcome = await startInspection(mine, command, requestId)
      if (outcome) return outcome
    }
    throw new AppError('unavailable', { retryAfter: 1 })
  }

  const view = async ({ caller, params }: OnOne): Promise<DocumentView> =>
    viewOf(ownedBy(caller, await store.find(params.id)))

  const download = async ({ caller, params }: OnOne) => {
    const document = ownedBy(caller, await store.find(params.id))
    if (document.state !== 'clean')
      throw new AppError('invalid-transition', { params: { state: stateNames[document.state] } })
    return files.linkTo(document)
  }

  const remove = async (request: OnOne & { ifMatch: number | undefined }): Promise<null> => {
    const { caller, params, ifMatch } = request
    const ownerRef = ownerRefOf(caller)
    const result = await store.markDeleted(params.id, ownerRef, clock.now(), ifMatch)
    if (result.outcome === 'deleted') return null
    const { document } = result
    if (document?.ownerRef !== ownerRef) throw new AppError('not-found')
    // A repeat whose first answer was lost has what it wanted.
    if (document.deletedAt !== null) return null
    const dossier = document.boundTo[0]
    if (dossier !== undefined)
      throw new AppError('document-in-use', { params: { dossier }, extensions: { dossier } })
    throw new AppError('version-conflict', { params: { version: document.version } })
  }

  return {
    createDocument: requestUpload,
    completeDocument: complete,
    getDocument: view,
    getDocumentContent: download,
    deleteDocument: remove,
  }
}
