import { jsonHash } from '../../shared/canonical-json.ts'
import type { Citizen, Command, Outcome } from '../../shared/contract.ts'
import { AppError, type FieldError } from '../../shared/errors.ts'
import { eventOf } from '../../shared/events.ts'
import { randomId } from '../../shared/ids.ts'
import { dong } from '../../shared/money.ts'
import { type Instant, seconds, toIso, yymmdd } from '../../shared/time.ts'
import { feeFactorsOf, feesFor, type PublishedProcedure } from '../catalogue/public.ts'
import type { DossierView } from './contract.ts'
import type { Deps } from './deps.ts'
import { dossierSubmitted } from './events.ts'
import { createExamination } from './examination.ts'
import { nextLine } from './history.ts'
import type { Claim, Content, FeeLine, Head } from './model.ts'
import { codeOf, stillValid } from './numbering.ts'
import type { Finished } from './ports.ts'
import { completeJws, manifestOf, publicJwk, type Receipt, signingInput } from './receipt.ts'
import { next, stateNames } from './transitions.ts'
import { pinOf, viewOf } from './view.ts'

export interface Submitted {
  dossier: DossierView
  receipt: Receipt
}

/** A submission that has not ended after this long is taken to be dead and may be taken over. */
const lease = seconds(10)
/** How long a caller waits for another one's submission: 20 s in all, in steps that grow. */
const longestWait = seconds(20)

/** The fees of a submission, frozen at its instant. */
const feesOf = (procedure: PublishedProcedure, head: Head, content: Content, at: Instant): FeeLine[] =>
  feesFor(procedure, {
    channel: head.channel,
    at,
    caseCode: head.caseCode ?? undefined,
    factors: feeFactorsOf(procedure, content.answers),
  }).map(({ code, kind, name, amount }) => ({ code, kind, name, ...dong(amount) }))

export const createSubmission = (deps: Deps) => {
  const { store, catalogue, documents, seals, province, clock, wait } = deps
  const { problemsOf, fileError } = createExamination(deps)

  const procedureOf = async (head: Head): Promise<PublishedProcedure> => {
    const current = await catalogue.current(head.procedureCode)
    if (current?.version === head.procedureVersion) return current
    throw new AppError('procedure-changed', {
      params: { version: head.procedureVersion, current: current?.version ?? '–' },
      ...(current ? { extensions: { current: current.version } } : {}),
    })
  }

  const incomplete = (errors: readonly FieldError[]): AppError =>
    new AppError('dossier-incomplete', { params: { count: errors.length }, errors })

  const codeFor = async (head: Head, at: Instant): Promise<string> => {
    if (head.reservedCode && stillValid(head.reservedCode, head.agency, at)) return head.reservedCode
    return codeOf(head.agency, at, await store.nextNumber(head.agency, yymmdd(at)))
  }

  const sealed = async (head: Head, content: Content, code: string, at: Instant, fees: Head['fees']) => {
    const id = randomId()
    const manifest = manifestOf(head, content, {
      id,
      code,
      province: province.code,
      environment: province.environment,
      submittedAt: toIso(at),
      answersHash: jsonHash(content.answers),
      fees,
    })
    const [present] = await seals.publicKeys()
    if (!present) throw new AppError('unavailable')
    const input = signingInput(manifest, publicJwk(present).kid)
    const receipt: Receipt = { id, manifest, jws: completeJws(input, await seals.sign(input)) }
    return receipt
  }

  const submittedHead = (before: Head, code: string, at: Instant, receipt: Receipt, fees: Head['fees']) => {
    const to = next(before.state, 'submit')
    if (!to) throw new AppError('invalid-transition', { params: { state: stateNames[before.state] } })
    const line = nextLine(before, { at: toIso(at), actor: 'citizen', type: 'submitted', note: null })
    const { claim: _claim, reservedCode: _code, ...rest } = before
    const head: Head = {
      ...rest,
      state: to,
      version: before.version + 1,
      updatedAt: toIso(at),
      sequence: before.sequence + 1,
      historySeq: line.seq,
      historyHash: line.hash,
      code,
      submittedAt: toIso(at),
      receiptId: receipt.id,
      ...(fees ? { fees } : {}),
    }
    return { head, line }
  }

  /** Everything between having the claim and having submitted; `taken` reports a number as soon as it is taken. */
  const carryOut = async (
    claimed: Head,
    claim: Claim,
    content: Content,
    command: Command,
    requestId: string,
    taken: (code: string | undefined) => void,
  ): Promise<{ finished: Finished; answer: Submitted; procedure: PublishedProcedure }> => {
    const procedure = await procedureOf(claimed)
    const problems = await problemsOf(procedure, claimed, content)
    if (problems.length > 0) throw incomplete(problems)
    const at = clock.now()
    const fees = feesOf(procedure, claimed, content, at)
    const code = await codeFor(claimed, at)
    taken(code)
    const receipt = await sealed(claimed, content, code, at, fees)
    const { head, line } = submittedHead(claimed, code, at, receipt, fees)
    const event = eventOf(
      dossierSubmitted,
      { province: province.code, environment: province.environment },
      { subject: `dossier/${head.id}`, sequence: head.sequence, at, correlationId: requestId },
      {
        dossierId: head.id,
        citizenRef: head.ownerRef,
        procedureCode: head.procedureCode,
        procedureVersion: head.procedureVersion,
        agency: head.agency,
        channel: head.channel,
        code,
        receiptId: receipt.id,
      },
    )
    const dossier = viewOf(head, content)
    const files = content.components
    const step = { head, line, event, command, answer: dossier }
    const finished = await store.finish({ ...step, claim, code, receipt, files })
    return { finished, answer: { dossier, receipt }, procedure }
  }

  /** One try with the claim in hand; undefined means that the claim was lost and the state must be looked at anew. */
  const tryWith = async (
    claimed: Head,
    claim: Claim,
    read: Content | undefined,
    command: Command,
    requestId: string,
  ): Promise<Submitted | undefined> => {
    let code: string | undefined
    try {
      // A PATCH may have come between the two reads; once claimed, none can.
      const content = read?.version === claimed.version ? read : (await store.load(claimed.id))?.content
      if (!content) throw new Error('a dossier without content')
      const { finished, answer, procedure } = await carryOut(
        claimed,
        claim,
        content,
        command,
        requestId,
        (taken) => {
          code = taken
        },
      )
      switch (finished.kind) {
        case 'done':
          return answer
        case 'lost':
          return undefined
        case 'code-taken':
          code = undefined
          throw new AppError('unavailable', { retryAfter: 1 })
        case 'files': {
          const facts = await documents.find(finished.documentIds)
          const refused = content.components.filter((f) => finished.documentIds.includes(f.documentId))
          throw incomplete(refused.map((f) => fileError(f, facts.get(f.documentId), 'missing', procedure)))
        }
      }
    } catch (error) {
      // Best effort: a claim that stays ends with its lease, and the first error is the one to tell.
      await store.release(claimed.id, claim.token, code).catch(() => undefined)
      throw error
    }
  }

  /** What the same command was answered before: the dossier as it was then, and its receipt, which never changes. */
  const recorded = async (id: string, command: Command): Promise<Submitted | undefined> => {
    const before = (await store.replay(id, command)) as Outcome<DossierView> | undefined
    const kept = before?.body.receiptId ? await store.receipt(before.body.receiptId) : undefined
    return before && kept ? { dossier: before.body, receipt: kept.receipt } : undefined
  }

  const submit = async (
    caller: Citizen,
    id: string,
    command: Command,
    ifMatch: number | undefined,
    requestId: string,
  ): Promise<Outcome<Submitted>> => {
    let waited = 0
    for (let pause = 40; ; pause = Math.min(pause * 1.5, 500)) {
      const now = clock.now()
      const claim: Claim = { token: randomId(), until: toIso(now + lease) }
      const [claimed, read] = await Promise.all([
        store.claim(id, { ownerRef: caller.ref, claim, now: toIso(now), ifMatch }),
        store.content(id),
      ])
      switch (claimed.kind) {
        case 'absent':
          throw new AppError('not-found')
        case 'changed':
          throw new AppError('version-conflict', { params: { version: claimed.head.version } })
        case 'closed': {
          const before = await recorded(id, command)
          if (before) return { body: before, replayed: true }
          throw new AppError('invalid-transition', { params: { state: stateNames[claimed.head.state] } })
        }
        case 'claimed': {
          const answer = await tryWith(claimed.head, claim, read, command, requestId)
          if (answer) return { body: answer, replayed: false }
          break
        }
        case 'busy': {
          if (waited >= longestWait) throw new AppError('idempotency-in-progress', { retryAfter: 5 })
          do {
            await wait(pause)
            waited += pause
          } while (waited < longestWait && (await store.isClaimed(id, toIso(clock.now()))))
        }
      }
    }
  }

  /** Submits and shows the PIN, which is computed anew each time and stored nowhere. */
  return async (...input: Parameters<typeof submit>): Promise<Outcome<Submitted>> => {
    // First: an answer must not leave, saying that nothing happened, while the submission is still at work.
    const mac = await seals.pinMac(input[1])
    const outcome = await submit(...input)
    const { dossier, receipt } = outcome.body
    return { ...outcome, body: { dossier: { ...dossier, trackingPin: pinOf(mac) }, receipt } }
  }
}
