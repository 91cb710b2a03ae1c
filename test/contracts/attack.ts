import { contracts } from '../../functions/entries.ts'
import type { Contract } from '../../shared/contract.ts'
import type { Language } from '../../shared/text.ts'
import type { Stack } from '../kit/stack.ts'
import { faultsOf } from './problem-document.ts'
import { type RawAnswer, type RawRequest, sendRaw } from './raw-request.ts'
import { type Things, thingsOf, validRequest } from './scene.ts'
import { faultsOfWebhook, isWebhook } from './webhook-answer.ts'

type HeaderLines = readonly (readonly [string, string])[]

/** Header lines in which the added ones stand in the place of those of the same name. */
export const withHeaders = (base: HeaderLines, added: HeaderLines): HeaderLines => {
  const names = new Set(added.map(([name]) => name))
  return [...base.filter(([name]) => !names.has(name)), ...added]
}

/** The paths of a contract with each parameter in turn replaced. */
export const targetsWith = ({ path }: Contract, valid: string, segment: string): string[] => {
  const [bare = '', query] = valid.split('?')
  const segments = bare.split('/')
  return path
    .split('/')
    .flatMap((step, index) =>
      step.startsWith('{')
        ? [segments.with(index, segment).join('/') + (query === undefined ? '' : `?${query}`)]
        : [],
    )
}

/** Deleting and submitting would change the scene under the other cases. */
export const harmless = contracts.filter(({ id }) => id !== 'deleteDocument' && id !== 'submitDossier')
/** Counterexamples are shown by id: a whole contract would fill the screen. */
export const contractOf = (id: string): Contract => {
  const contract = contracts.find((one) => one.id === id)
  if (!contract) throw new Error(`no contract ${id}`)
  return contract
}
export const withBody = contracts.filter(({ body }) => body !== undefined)

const shown = (request: RawRequest): string =>
  JSON.stringify({
    ...request,
    headers: request.headers?.filter(([, value]) => value.length < 500),
    body: request.body?.toString('latin1').slice(0, 500),
  })

/** What is wrong with an answer, each with the request that brought it about. */
export const faultsIn = (request: RawRequest, { status, headers, text }: RawAnswer, language: Language) =>
  faultsOf(
    {
      status,
      text,
      contentType: headers.get('content-type'),
      contentLanguage: headers.get('content-language'),
    },
    language,
  ).map((fault) => `${fault.slice(0, 600)}  <=  ${shown(request)}`)

/** A citizen with things of every kind, whose valid requests are made hostile one by one. */
export const prepareAttack = async (stack: Stack) => {
  const token = await stack.citizen(1)
  let things = await thingsOf(stack, token, stack.runner.drain)
  let keys = 0

  /** A valid request as bytes. */
  const good = (contract: Contract) => {
    keys += 1
    const { path, body } = validRequest(contract, things)
    const headers: HeaderLines = [
      ...(contract.auth === 'public' ? [] : [['Authorization', `Bearer ${token}`] as const]),
      ['Idempotency-Key', `hostile-${keys}`],
      ...(body === undefined ? [] : [['Content-Type', 'application/json'] as const]),
    ]
    return {
      method: contract.method as string,
      target: path as string,
      headers,
      body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    }
  }

  /** Sends it and says what is wrong with the answer. */
  const judge = async (request: RawRequest, language: Language = 'vi'): Promise<string[]> => {
    const answer = await sendRaw(stack.url, request)
    if (!isWebhook(request)) return faultsIn(request, answer, language)
    return faultsOfWebhook(request, answer, things.paidCall).map((fault) => `${fault}  <=  ${shown(request)}`)
  }

  /** Groups at the same time; in a group one after the other, since its requests may write the same thing. */
  const judgeAll = async (groups: readonly (readonly RawRequest[])[]): Promise<string[]> => {
    const faults = await Promise.all(
      groups.map(async (requests) => {
        const found: string[] = []
        for (const request of requests) found.push(...(await judge(request)))
        return found
      }),
    )
    return faults.flat()
  }

  return {
    good,
    judge,
    judgeAll,
    things: (): Things => things,
    /** A submission that succeeded ended the draft. */
    renewDraft: async (): Promise<void> => {
      things = { ...things, draftId: await stack.draft(token, things.paperId) }
    },
  }
}

export type Attack = Awaited<ReturnType<typeof prepareAttack>>
