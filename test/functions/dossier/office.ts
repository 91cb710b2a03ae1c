import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { nationalRecord } from '../../../functions/catalogue/model.ts'
import { readNationalRecords } from '../../../functions/catalogue/national-records.ts'
import type { Catalogue, PublishedProcedure } from '../../../functions/catalogue/public.ts'
import { publishable } from '../../../functions/catalogue/publishable.ts'
import type { DocumentFacts } from '../../../functions/document/public.ts'
import type { Deps } from '../../../functions/dossier/deps.ts'
import type { Attachment } from '../../../functions/dossier/model.ts'
import type { DossierStore, Seals, StoredState } from '../../../functions/dossier/ports.ts'
import { createUseCases } from '../../../functions/dossier/use-cases.ts'
import type { Citizen, Command } from '../../../shared/contract.ts'
import { sha256Hex } from '../../../shared/ids.ts'
import { readProvince } from '../../../shared/province.ts'
import type { Instant } from '../../../shared/time.ts'

export const province = readProvince('infra/provinces/37.json')

/** 21 November 2026, 09:05 in Vietnam. */
export const morning: Instant = Date.parse('2026-11-21T09:05:00+07:00')

export const citizen = (n: number): Citizen => ({
  actor: 'citizen',
  issuer: 'https://issuer.test',
  subject: `citizen-${n}`,
  name: 'Nguyễn Thị Ánh',
  ref: `ref${n}`,
  personalId: `0370900000${String(n).padStart(2, '0')}`,
  loa: 2,
})

export const command = (name: string, body: unknown = null): Command => ({
  scope: sha256Hex(name),
  body: sha256Hex(JSON.stringify(body)),
})

const nationals = new Map(
  readNationalRecords().map((record) => {
    const national = nationalRecord.parse(record)
    return [national.code, national]
  }),
)

const version = (code: string, number: number): PublishedProcedure => {
  const national = nationals.get(code)
  const overlay = province.procedures[code]
  if (!national || !overlay) throw new Error(`no record of ${code}`)
  const merged = publishable(national, overlay, province.agencies, '2026-11-21')
  if (!merged.ok) throw new Error(merged.problems.join())
  return { ...merged.draft, version: number, validFrom: 0, publishedAt: 0 }
}

/** A catalogue whose versions in force a test may change. */
export const createShelfCatalogue = () => {
  const inForce = new Map<string, number>()
  const catalogue: Catalogue = {
    current: async (code) => (province.procedures[code] ? version(code, inForce.get(code) ?? 1) : undefined),
    version: async (code, number) => (province.procedures[code] ? version(code, number) : undefined),
    latestVersionNumber: async (code) => inForce.get(code) ?? 1,
  }
  return { catalogue, inForce }
}

/** Documents and stored files that a test may lose, cut or swap. */
export const createShelfDocuments = () => {
  const facts = new Map<string, DocumentFacts>()
  const stored = new Map<string, StoredState>()
  const add = (id: string, ownerRef: string, changes: Partial<DocumentFacts> = {}): DocumentFacts => {
    const fact: DocumentFacts = {
      id,
      ownerRef,
      state: 'clean',
      reason: null,
      fileName: `${id}.pdf`,
      contentType: 'application/pdf',
      size: 1_000,
      sha256: sha256Hex(id),
      ...changes,
    }
    facts.set(id, fact)
    stored.set(id, fact.state === 'clean' ? 'present' : 'missing')
    return fact
  }
  return {
    facts,
    stored,
    add,
    port: {
      find: async (ids: readonly string[]) =>
        new Map(ids.flatMap((id) => (facts.has(id) ? [[id, facts.get(id) as DocumentFacts] as const] : []))),
      storedState: async (file: Attachment): Promise<StoredState> => stored.get(file.documentId) ?? 'missing',
    },
  }
}

export const createTestSeals = (): Seals => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    sign: async (input) => sign('sha256', Buffer.from(input), pair.privateKey),
    publicKeys: async () => [pair.publicKey.export({ format: 'der', type: 'spki' })],
    pinMac: async (id) => createHmac('sha256', 'a test key').update(id).digest(),
  }
}

/** The use cases over doubles, with a clock that moves only when somebody waits. */
export const createOffice = (store: DossierStore, changes: Partial<Deps> = {}) => {
  const { catalogue, inForce } = createShelfCatalogue()
  const documents = createShelfDocuments()
  let now = morning
  const deps: Deps = {
    store,
    catalogue,
    documents: documents.port,
    seals: createTestSeals(),
    province,
    clock: { now: () => now },
    wait: async (milliseconds) => {
      now += milliseconds
      await new Promise((resolve) => setImmediate(resolve))
    },
    ...changes,
  }
  return {
    does: createUseCases(deps),
    deps,
    documents,
    inForce,
    travel: (milliseconds: number) => {
      now += milliseconds
    },
  }
}
