import type { Citizen, Command, Outcome } from '../../shared/contract.ts'
import { AppError, type FieldError, invalidRequest, pointerTo } from '../../shared/errors.ts'
import { eventOf } from '../../shared/events.ts'
import { derivedId } from '../../shared/ids.ts'
import { agencyOn } from '../../shared/province.ts'
import { fromIso, toIso, vietnamDate } from '../../shared/time.ts'
import { bothNames, type PublishedProcedure } from '../catalogue/public.ts'
import { answersTooLarge, mergeAnswers, repin, replaceAttachments } from './answers.ts'
import type { DossierView } from './contract.ts'
import type { Deps } from './deps.ts'
import { dossierDrafted } from './events.ts'
import { caseNames } from './examination.ts'
import { firstHash, nextLine } from './history.ts'
import type { Answers, Attachment, Channel, Content, Head } from './model.ts'
import { next, stateNames } from './transitions.ts'
import { viewOf } from './view.ts'

export interface NewDossier {
  procedureCode: string
  caseCode?: string | undefined
  agency: string
  receivingAgency?: string | undefined
  answers?: Answers | undefined
  components?: readonly { componentId: string; documentId: string }[] | undefined
  channel: Channel
}

export interface DraftPatch {
  caseCode?: string | null | undefined
  answers?: Answers | undefined
  components?: readonly { componentId: string; documentId: string | null }[] | undefined
  procedureVersion?: number | undefined
}

const caseErrors = (procedure: PublishedProcedure, caseCode: string | null): FieldError[] => {
  const pointer = pointerTo('caseCode')
  if (caseCode === null || procedure.cases.some(({ code }) => code === caseCode)) return []
  if (procedure.cases.length === 0) return [{ code: 'unknown-field', pointer }]
  return [{ code: 'not-allowed', pointer, params: { allowed: caseNames(procedure) } }]
}

/** Two devices that write at once merge on what the other wrote; this many times before the caller is told. */
const mergeTries = 12

export const createDrafting = ({ store, catalogue, documents, province, clock, wait }: Deps) => {
  /** The files as they were declared; what is not the caller's does not exist for them. */
  const attach = async (
    given: readonly { componentId: string; documentId: string | null }[],
    procedure: PublishedProcedure,
    ownerRef: string,
  ): Promise<Attachment[]> => {
    const ids = [...new Set(given.flatMap(({ documentId }) => documentId ?? []))]
    const facts = ids.length > 0 ? await documents.find(ids) : new Map()
    const known = new Map(procedure.components.map((component) => [component.id, bothNames(component)]))
    const errors: FieldError[] = []
    const attached = given.flatMap(({ componentId, documentId }, index): Attachment[] => {
      const at = (name: string) => pointerTo('components', index, name)
      if (!known.has(componentId))
        errors.push({ code: 'component-unknown', pointer: at('componentId'), params: { label: componentId } })
      if (documentId === null) return []
      const fact = facts.get(documentId)
      if (fact?.ownerRef !== ownerRef) {
        errors.push({
          code: 'document-unknown',
          pointer: at('documentId'),
          params: { label: known.get(componentId) ?? componentId },
        })
        return []
      }
      const { fileName, contentType, size, sha256 } = fact
      return [{ componentId, documentId, fileName, contentType, size, sha256 }]
    })
    if (errors.length > 0) throw invalidRequest(...errors)
    return attached
  }

  const create = async (
    caller: Citizen,
    input: NewDossier,
    command: Command,
    requestId: string,
  ): Promise<Outcome<DossierView>> => {
    const at = clock.now()
    const id = derivedId('dossier', command.scope)
    const procedure = await catalogue.current(input.procedureCode)
    if (!procedure) {
      // A repeat must answer as the first call did, even when the procedure has ended since.
      const before = await store.replay(id, command)
      if (before) return before as Outcome<DossierView>
      throw invalidRequest({ code: 'procedure-unknown', pointer: pointerTo('procedureCode') })
    }
    const onlyCase = procedure.cases.length === 1 ? (procedure.cases[0]?.code ?? null) : null
    const caseCode = input.caseCode ?? onlyCase
    const answers = input.answers ?? {}
    const errors = [...caseErrors(procedure, input.caseCode ?? null), ...answersTooLarge(answers)]
    if (!procedure.agencies.some(({ code }) => code === input.agency))
      errors.push({ code: 'agency-unknown', pointer: pointerTo('agency') })
    const receivingAgency = input.receivingAgency ?? input.agency
    if (!agencyOn(province, receivingAgency, vietnamDate(at)))
      errors.push({ code: 'agency-unknown', pointer: pointerTo('receivingAgency') })
    if (!procedure.channels.includes(input.channel))
      errors.push({ code: 'procedure-not-online', pointer: pointerTo('channel') })
    if (errors.length > 0) {
      const before = await store.replay(id, command)
      if (before) return before as Outcome<DossierView>
      throw invalidRequest(...errors)
    }
    const components = await attach(input.components ?? [], procedure, caller.ref)
    const line = nextLine(
      { historySeq: 0, historyHash: firstHash },
      { at: toIso(at), actor: 'citizen', type: 'drafted', note: null },
    )
    const head: Head = {
      id,
      ownerRef: caller.ref,
      state: 'draft',
      version: 1,
      procedureCode: procedure.code,
      procedureVersion: procedure.version,
      procedureName: procedure.name,
      caseCode,
      agency: input.agency,
      receivingAgency,
      channel: input.channel,
      clientApp: caller.clientApp ?? null,
      createdAt: toIso(at),
      updatedAt: toIso(at),
      sequence: 1,
      historySeq: line.seq,
      historyHash: line.hash,
    }
    const content: Content = {
      version: 1,
      answers,
      components,
      aside: null,
      applicant: { name: caller.name, personalId: caller.personalId },
    }
    const event = eventOf(
      dossierDrafted,
      { province: province.code, environment: province.environment },
      { subject: `dossier/${id}`, sequence: 1, at, correlationId: requestId },
      {
        dossierId: id,
        citizenRef: caller.ref,
        procedureCode: procedure.code,
        procedureVersion: procedure.version,
        agency: head.agency,
        channel: head.channel,
      },
    )
    const answer = viewOf(head, content)
    const before = await store.create({ head, content, line, event, command, answer })
    return (before as Outcome<DossierView> | undefined) ?? { body: answer, replayed: false }
  }

  /** The procedure a patch is judged by: the pinned version, or the one in force when it re-pins. */
  const procedureFor = async (head: Head, version: number | undefined): Promise<PublishedProcedure> => {
    if (version === undefined || version === head.procedureVersion) {
      const pinned = await catalogue.version(head.procedureCode, head.procedureVersion)
      if (!pinned) throw new Error('a dossier names a version that was never published')
      return pinned
    }
    const current = await catalogue.current(head.procedureCode)
    if (current?.version === version) return current
    throw invalidRequest({
      code: 'not-allowed',
      pointer: pointerTo('procedureVersion'),
      params: { allowed: current?.version ?? head.procedureVersion },
    })
  }

  const patched = async (
    before: { head: Head; content: Content },
    patch: DraftPatch,
  ): Promise<{ head: Head; content: Content }> => {
    const { head } = before
    const procedure = await procedureFor(head, patch.procedureVersion)
    const repinned =
      procedure.version === head.procedureVersion
        ? before.content
        : repin(before.content, {
            answers: new Set(Object.keys(procedure.form.properties ?? {})),
            components: new Set(procedure.components.map(({ id }) => id)),
          })
    const caseCode = patch.caseCode === undefined ? head.caseCode : patch.caseCode
    const answers = patch.answers ? mergeAnswers(repinned.answers, patch.answers) : repinned.answers
    const errors = [
      ...(patch.caseCode === undefined ? [] : caseErrors(procedure, caseCode)),
      ...answersTooLarge(answers),
    ]
    if (errors.length > 0) throw invalidRequest(...errors)
    const given = await attach(patch.components ?? [], procedure, head.ownerRef)
    const named = new Set(patch.components?.map(({ componentId }) => componentId))
    const components = replaceAttachments(repinned.components, named, given)
    if (components.length > province.documents.maxDossierFiles)
      throw invalidRequest({
        code: 'too-many-files',
        pointer: pointerTo('components'),
        params: { maximum: province.documents.maxDossierFiles },
      })
    const { claim: _, ...rest } = head
    return {
      head: {
        ...rest,
        version: head.version + 1,
        procedureVersion: procedure.version,
        procedureName: procedure.name,
        caseCode,
        updatedAt: toIso(clock.now()),
      },
      content: {
        ...before.content,
        version: head.version + 1,
        answers,
        components,
        aside: repinned.aside,
      },
    }
  }

  const patch = async (
    caller: Citizen,
    id: string,
    input: DraftPatch,
    ifMatch: number | undefined,
  ): Promise<DossierView> => {
    for (let attempt = 1; attempt <= mergeTries; attempt += 1) {
      const before = await store.load(id)
      if (before?.head.ownerRef !== caller.ref) throw new AppError('not-found')
      const { head } = before
      if (next(head.state, 'submit') === undefined)
        throw new AppError('invalid-transition', { params: { state: stateNames[head.state] } })
      if (ifMatch !== undefined && ifMatch !== head.version)
        throw new AppError('version-conflict', { params: { version: head.version } })
      if (head.claim && fromIso(head.claim.until) >= clock.now())
        throw new AppError('submission-in-progress', { retryAfter: 2 })
      const after = await patched(before, input)
      if ((await store.redraft(head, after.head, after.content, toIso(clock.now()))) === 'saved')
        return viewOf(after.head, after.content)
      // Those who wrote at the same moment must not meet again at the next.
      await wait(Math.random() * 25 * attempt)
    }
    throw new AppError('unavailable', { retryAfter: 1 })
  }

  return { create, patch }
}
