import { createPublicKey, timingSafeEqual } from 'node:crypto'
import { jsonHash } from '../../shared/canonical-json.ts'
import type { Citizen } from '../../shared/contract.ts'
import { AppError } from '../../shared/errors.ts'
import { sha256Hex } from '../../shared/ids.ts'
import { agencyOn } from '../../shared/province.ts'
import { hours, toIso, vietnamDate } from '../../shared/time.ts'
import type { Deps } from './deps.ts'
import { type Content, type Head, waitingOnOf } from './model.ts'
import { type Difference, isSignedBy, type Manifest, manifestFiles, publicJwk } from './receipt.ts'
import { nationalStatus } from './transitions.ts'
import { pinOf, summaryOf, viewOf } from './view.ts'

interface Page {
  limit: number
  cursor?: string | undefined
}

/** A PIN as people type it: any case, with spaces or hyphens, O for 0 and I or L for 1 (Crockford). */
const asPin = (typed: string): string =>
  typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')

const samePin = (expected: string, typed: string): boolean => {
  const [a, b] = [Buffer.from(expected), Buffer.from(asPin(typed))]
  return a.length === b.length && timingSafeEqual(a, b)
}

export const createLookup = ({ store, documents, seals, province, clock }: Deps) => {
  const agencyName = (code: string, date: string): string => agencyOn(province, code, date)?.name.vi ?? code

  const owned = async (caller: Citizen, id: string): Promise<{ head: Head; content: Content }> => {
    const found = await store.load(id)
    if (found?.head.ownerRef !== caller.ref) throw new AppError('not-found')
    return found
  }

  const pinFor = async (head: Head): Promise<string | null> =>
    head.code === undefined ? null : pinOf(await seals.pinMac(head.id))

  const differencesOf = async (manifest: Manifest, content: Content): Promise<Difference[]> => {
    const files = manifestFiles(content)
    const states = await Promise.all(content.components.map((file) => documents.storedState(file)))
    return [
      ...(jsonHash(content.answers) === manifest.answersHash ? [] : [{ what: 'answers' as const }]),
      ...(jsonHash(files) === jsonHash(manifest.files) ? [] : [{ what: 'files' as const }]),
      ...content.components.flatMap(({ componentId, sha256 }, index) => {
        const problem = states[index]
        return problem === undefined || problem === 'present'
          ? []
          : [{ what: 'file' as const, componentId, sha256, problem }]
      }),
    ]
  }

  return {
    get: async (caller: Citizen, id: string) => {
      const { head, content } = await owned(caller, id)
      return viewOf(head, content, await pinFor(head))
    },

    list: async (caller: Citizen, { limit, cursor }: Page) => {
      const page = await store.ofOwner(caller.ref, { limit, cursor })
      return { ...page, items: page.items.map(summaryOf) }
    },

    timeline: async (caller: Citizen, id: string, { limit, cursor }: Page) => {
      const head = await store.head(id)
      if (head?.ownerRef !== caller.ref) throw new AppError('not-found')
      return await store.history(id, { limit, cursor })
    },

    /** Books the try first and judges afterwards, so that a thousand guesses at once are still ten. */
    track: async (code: string, pin: string) => {
      const now = clock.now()
      const hour = toIso(now).slice(0, 13)
      const hidden = sha256Hex(code)
      const [booked, id] = await Promise.all([
        store.bookTry(hidden, hour, Math.ceil((now + hours(2)) / 1000)),
        store.idOfCode(code),
      ])
      // An unknown code costs the same calls as a known one, so that the time taken tells nothing.
      const [head, mac] = await Promise.all([store.head(id ?? hidden), seals.pinMac(id ?? hidden)])
      const isRight = samePin(pinOf(mac), pin)
      if (!booked || !head || !isRight) throw new AppError('not-found')
      await store.unbookTry(hidden, hour)
      const { state, submittedAt = null, procedureName, agency } = head
      return {
        code,
        state,
        nationalStatus: nationalStatus[state],
        procedureName,
        agency: { code: agency, name: agencyName(agency, vietnamDate(now)) },
        submittedAt,
        dueAt: null,
        waitingOn: waitingOnOf(head),
      }
    },

    receipt: async (id: string) => {
      const found = await store.receipt(id)
      const content = found && (await store.content(found.dossierId))
      if (!content) throw new AppError('not-found')
      const { manifest, jws } = found.receipt
      const spkis = await seals.publicKeys()
      const keys = new Map(
        spkis.map((spki) => [
          publicJwk(spki).kid,
          createPublicKey({ key: spki, format: 'der', type: 'spki' }),
        ]),
      )
      const differences = await differencesOf(manifest, content)
      return {
        id,
        manifest,
        jws,
        signatureValid: isSignedBy(jws, manifest, keys),
        unchanged: differences.length === 0,
        differences,
        checkedAt: toIso(clock.now()),
      }
    },

    keys: async () => ({ keys: (await seals.publicKeys()).map(publicJwk) }),
  }
}
