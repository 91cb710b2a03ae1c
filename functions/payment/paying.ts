import type { Citizen, Command, Outcome } from '../../shared/contract.ts'
import { AppError, invalidRequest, pointerTo } from '../../shared/errors.ts'
import { derivedId } from '../../shared/ids.ts'
import { minutes, toIso } from '../../shared/time.ts'
import type { FeeRequest } from '../dossier/public.ts'
import type { PaymentView } from './contract.ts'
import type { PayingDeps } from './deps.ts'
import { nextEvent, paymentCreated } from './events.ts'
import { expiredPayment } from './judgement.ts'
import { type FeeLock, isLive, mostAttempts, type Payment, unpayableDossiers } from './model.ts'
import { referenceOf } from './reference.ts'
import { mayReturnTo } from './return-address.ts'
import { next } from './transitions.ts'
import { viewOf } from './view.ts'

export interface PayRequest {
  provider: string
  feeRequestId?: string | undefined
  returnUrl: string
}

interface Asking {
  caller: Citizen
  dossierId: string
  body: PayRequest
  command: Command
  sourceIp: string
  requestId: string
}

const mostTries = 8

const about = (
  code: 'already-paid' | 'payment-pending' | 'payment-under-review',
  existing: string,
): AppError => new AppError(code, { params: { existing }, extensions: { existing } })

export const createPaying = ({ store, fees, providers, province, clock }: PayingDeps) => {
  const place = { province: province.code, environment: province.environment }
  const { payments } = province

  const requestOf = async ({ caller, dossierId, body }: Asking): Promise<FeeRequest & { code: string }> => {
    const request = await fees.feesOf(dossierId)
    if (request?.ownerRef !== caller.ref) throw new AppError('not-found')
    const { code, feeRequestId } = request
    if (code === null || request.amount === 0 || unpayableDossiers.has(request.state))
      throw new AppError('nothing-to-pay')
    if (body.feeRequestId !== undefined && body.feeRequestId !== feeRequestId)
      throw invalidRequest({
        code: 'not-allowed',
        pointer: pointerTo('feeRequestId'),
        params: { allowed: feeRequestId },
      })
    return { ...request, code }
  }

  const providerOf = ({ body }: Asking) => {
    const open = payments?.providers.filter((name) => providers.has(name)) ?? []
    const provider = open.includes(body.provider) ? providers.get(body.provider) : undefined
    if (!provider)
      throw invalidRequest({
        code: 'not-allowed',
        pointer: pointerTo('provider'),
        params: { allowed: open.join(', ') },
      })
    if (!mayReturnTo(body.returnUrl, payments?.returnUrls ?? []))
      throw invalidRequest({
        code: 'not-allowed',
        pointer: pointerTo('returnUrl'),
        params: { allowed: payments?.returnUrls.join(', ') ?? '' },
      })
    return provider
  }

  const refuseIfSettled = (lock: FeeLock): void => {
    if (lock.paidBy !== null) throw about('already-paid', lock.paidBy)
    if (lock.reviewed !== null) throw about('payment-under-review', lock.reviewed)
    if (lock.attempts >= mostAttempts) throw new AppError('too-many-requests')
  }

  const newPayment = async (id: string, asking: Asking, request: FeeRequest & { code: string }) => {
    const at = clock.now()
    const expiresAt = at + minutes(payments?.expiryMinutes ?? 15)
    const reference = referenceOf(place, id)
    const { redirectUrl, qr } = await providerOf(asking).open({
      reference,
      amount: request.amount,
      dossierCode: request.code,
      returnUrl: asking.body.returnUrl,
      sourceIp: asking.sourceIp,
      createdAt: at,
      expiresAt,
    })
    const payment: Payment = {
      id,
      dossierId: request.dossierId,
      feeRequestId: request.feeRequestId,
      ownerRef: request.ownerRef,
      agency: request.agency,
      procedureCode: request.procedureCode,
      provider: asking.body.provider,
      reference,
      lines: request.lines,
      amount: request.amount,
      state: next('created', 'open') ?? 'pending',
      version: 1,
      sequence: 1,
      entries: 0,
      flags: [],
      received: [],
      redirectUrl,
      qr,
      createdAt: toIso(at),
      changedAt: toIso(at),
      expiresAt: toIso(expiresAt),
      paidAt: null,
      expiredBecause: null,
    }
    return { payment, when: { at, correlationId: asking.requestId } }
  }

  /**
   * Opens a payment in place of the one that is open. Only an attempt that this call saw when it began is
   * replaced: one that came meanwhile was opened a moment ago by somebody who is looking at it.
   */
  return async (asking: Asking): Promise<Outcome<PaymentView>> => {
    const { dossierId, command } = asking
    const id = derivedId('payment', command.scope)
    const recorded = async () => (await store.replay(id, command)) as Outcome<PaymentView> | undefined
    const before = await recorded()
    if (before) return before
    const request = await requestOf(asking)
    providerOf(asking)
    let seen: number | undefined
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const standing = await store.attempts(dossierId, request.feeRequestId)
      const { lock, current } = standing ?? { lock: undefined, current: undefined }
      // The same command at the same time has opened it since we looked; it must not replace itself.
      const opened = current?.id === id ? await recorded() : undefined
      if (opened) return opened
      if (lock) refuseIfSettled(lock)
      if (seen !== undefined && seen !== (lock?.version ?? 0) && current && isLive(current))
        throw about('payment-pending', current.id)
      seen = lock?.version ?? 0
      const { payment, when } = await newPayment(id, asking, request)
      const after: FeeLock = {
        feeRequestId: request.feeRequestId,
        dossierId,
        current: id,
        paidBy: null,
        reviewed: null,
        attempts: (lock?.attempts ?? 0) + 1,
        version: seen + 1,
      }
      const written = await store.open({
        payment,
        event: nextEvent(paymentCreated, place, payment, when),
        lock: { before: lock, after },
        replaced: current && isLive(current) ? expiredPayment(current, 'replaced', place, when) : null,
        command,
        answer: viewOf(payment),
      })
      if (written === 'opened') return { body: viewOf(payment), replayed: false }
      // The same command at the same time, or our own write whose answer was lost.
      const overtaken = await recorded()
      if (overtaken) return overtaken
    }
    throw new AppError('unavailable', { retryAfter: 1 })
  }
}
