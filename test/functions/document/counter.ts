import { documentContracts } from '../../../functions/document/contract.ts'
import { documentAccepted, nextEvent } from '../../../functions/document/events.ts'
import type { Document } from '../../../functions/document/model.ts'
import { createDocuments } from '../../../functions/document/use-cases.ts'
import type { Caller } from '../../../shared/contract.ts'
import { AppError } from '../../../shared/errors.ts'
import { serve } from '../../../shared/http.ts'
import { sha256Hex } from '../../../shared/ids.ts'
import { createLog } from '../../../shared/log.ts'
import { type Answer, createRequests } from './requests.ts'
import { startStorage } from './storage.ts'
import { bytes, place, realWorld, tickingClock } from './world.ts'

const people: Record<string, Caller> = {
  lan: {
    actor: 'citizen',
    issuer: 'i',
    subject: 'lan',
    name: 'Lan',
    personalId: '1',
    ref: 'REF-LAN',
    loa: 2,
  },
  minh: {
    actor: 'citizen',
    issuer: 'i',
    subject: 'minh',
    name: 'Minh',
    personalId: '2',
    ref: 'REF-MINH',
    loa: 2,
  },
  officer: {
    actor: 'officer',
    issuer: 'o',
    subject: 'REF-LAN',
    name: 'O',
    agency: 'H42.101',
    roles: ['receiver'],
  },
  operator: { actor: 'operator', issuer: 'o', subject: 'op', name: 'P' },
}

export const declared = {
  fileName: 'Đơn đăng ký.pdf',
  contentType: 'application/pdf',
  size: bytes.byteLength,
  sha256: sha256Hex(bytes),
  purpose: 'dossier',
}

export interface Ticket {
  id: string
  upload: { method: string; url: string; fields: Record<string, string>; expiresAt: string }
}

export const codeOf = (answer: Answer) => (answer.body as { code: string }).code
export const errorsOf = (answer: Answer) =>
  (answer.body as { errors: { code: string; pointer?: string; parameter?: string }[] }).errors.map(
    ({ code, pointer, parameter }) => `${code} ${pointer ?? parameter}`,
  )

/** The API over a table and buckets of its own, with a few people who call it. */
export const openCounter = async () => {
  const storage = await startStorage()
  const world = realWorld(storage)
  const lines: string[] = []
  const maxFileBytes = 10 * 1024 * 1024
  const documents = createDocuments({ ...world, clock: tickingClock(), place, maxFileBytes })
  const authenticate = async (authorization: string | undefined): Promise<Caller> => {
    const caller = people[authorization?.slice('Bearer '.length) ?? '']
    if (!caller) throw new AppError('unauthenticated')
    return caller
  }
  const log = createLog('test', (line) => lines.push(line))
  const call = createRequests(serve(documentContracts, documents, { authenticate, log }))

  const create = (more: object = {}, headers: Record<string, string> = {}, as = 'lan') =>
    call('createDocument', { as, body: { ...declared, ...more }, headers })

  const made = async (as = 'lan'): Promise<Ticket> => (await create({}, {}, as)).body as Ticket

  const send = (ticket: Ticket, file: Uint8Array, change: Record<string, string> = {}) => {
    const form = new FormData()
    for (const [name, value] of Object.entries({ ...ticket.upload.fields, ...change }))
      form.append(name, value)
    form.append('file', new Blob([Buffer.from(file)]), 'a.pdf')
    return fetch(ticket.upload.url, { method: 'POST', body: form })
  }

  const cleaned = async (): Promise<string> => {
    const ticket = await made()
    await send(ticket, bytes)
    await call('completeDocument', { of: ticket.id })
    const document = (await world.store.find(ticket.id)) as Document
    await world.files.keep(document, bytes)
    const event = nextEvent(documentAccepted, place, document, { at: 1, correlationId: 'c' })
    await world.store.move(document, { to: 'clean', reason: null, at: 1, event })
    return ticket.id
  }

  return { world, lines, call, create, made, send, cleaned, stop: storage.stop }
}

export type Counter = Awaited<ReturnType<typeof openCounter>>
