import { expect } from 'vitest'
import { birth, birthAnswers } from '../kit/answers.ts'
import { beginPayment, costlyDossier, paymentBody, tellOfPayment } from '../kit/fees.ts'
import { type Answer, paper, type Stack } from '../kit/stack.ts'
import { uploadOf } from './scene.ts'
import { storedItems } from './stored-items.ts'

export interface Case {
  path: string
  body: Record<string, unknown>
  /** Another body under the same key. */
  other?: unknown
  /** A body that is refused, and the code it is refused with. */
  refused?: { body: unknown; code: string }
  /** What a refusal was about is put right; undefined when the corrected body is all it takes. */
  mend?: () => Promise<unknown>
}

export interface Row {
  /** The citizen's own things, made anew. */
  prepare: (token: string) => Promise<Case>
  /** How often the command took effect on what the answer names. */
  effects: (answer: Answer, token: string) => Promise<number>
}

/** Every command that may be repeated, with what tells whether it acted once. */
export const repeatableCommands = (stack: () => Stack): Readonly<Record<string, Row>> => {
  const newPaper = async (token: string): Promise<string> => {
    const id = await stack().upload(token)
    await stack().runner.drain()
    return id
  }

  const versionNow = async (path: string, token: string): Promise<number> =>
    (await stack().call('GET', path, { token })).json.version

  /** How many items of a kind there are for an id: the head, the history lines or the events of one thing. */
  const countItems = async (partition: string, sort: RegExp): Promise<number> =>
    (await storedItems(stack().runner)).filter(
      ({ item }) => item.pk === partition && sort.test(String(item.sk)),
    ).length

  /** How often the inspection of a document was asked for. */
  const uploadsAnnounced = async (id: string): Promise<number> =>
    (await storedItems(stack().runner)).filter(
      ({ item }) =>
        item.pk === `document#${id}` &&
        (item.event as { type?: string } | undefined)?.type?.includes('uploaded'),
    ).length

  /** How many attempts to pay are counted for a dossier; nothing when they and their announcements do not agree. */
  const attemptsAt = async (dossierId: string, paymentId: string): Promise<number | undefined> => {
    const items = await storedItems(stack().runner)
    const lock = items.find(
      ({ item }) => item.pk === `dossier#${dossierId}` && String(item.sk).startsWith('fee#'),
    )
    const announced = await countItems(`payment#${paymentId}`, /^event#/)
    const kept = await countItems(`dossier#${dossierId}`, /^payment#/)
    const attempts = Number(lock?.item.attempts)
    return announced === attempts && kept === attempts ? attempts : undefined
  }

  return {
    createDossier: {
      prepare: async () => {
        const body = { procedureCode: birth.procedureCode, agency: birth.agency, answers: birthAnswers }
        return {
          path: '/v1/dossiers',
          body,
          other: { ...body, answers: {} },
          refused: { body: { ...body, agency: '000.00.05.H42' }, code: 'invalid-request' },
        }
      },
      effects: ({ json }) => countItems(`dossier#${json.id}`, /^history#/),
    },
    submitDossier: {
      prepare: async (token) => {
        const id = await stack().draft(token, await newPaper(token))
        const bare = await stack().draft(token)
        const path = `/v1/dossiers/${id}/submit`
        return {
          path,
          body: { declaration: true },
          other: { declaration: true, consents: ['other'] },
          refused: { body: { declaration: false }, code: 'invalid-request' },
          mend: async () => {
            const refused = await stack().call('POST', `/v1/dossiers/${bare}/submit`, {
              token,
              key: 'bare',
              body: { declaration: true },
            })
            expect(refused.json.code).toBe('dossier-incomplete')
            const documentId = await newPaper(token)
            await stack().call('PATCH', `/v1/dossiers/${bare}`, {
              token,
              body: { components: [{ componentId: birth.componentId, documentId }] },
            })
            const again = await stack().call('POST', `/v1/dossiers/${bare}/submit`, {
              token,
              key: 'bare',
              body: { declaration: true },
            })
            expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, null])
          },
        }
      },
      effects: async ({ json }) => (await countItems(`dossier#${json.dossier.id}`, /^history#/)) - 1,
    },
    createDocument: {
      prepare: async () => ({
        path: '/v1/documents',
        body: uploadOf(paper),
        other: uploadOf(paper, 'other.pdf'),
        refused: { body: { ...uploadOf(paper), size: 10_485_761 }, code: 'invalid-request' },
      }),
      effects: ({ json }) => countItems(`document#${json.id}`, /head/),
    },
    completeDocument: {
      prepare: async (token) => {
        const opened = await stack().call('POST', '/v1/documents', {
          token,
          key: stack().newKey(),
          body: uploadOf(paper),
        })
        const { id, upload } = opened.json
        const form = new FormData()
        for (const [name, value] of Object.entries(upload.fields)) form.append(name, String(value))
        form.append('file', new Blob([new Uint8Array(paper)], { type: 'application/pdf' }), 'file')
        await fetch(upload.url, { method: 'POST', body: form })
        return {
          path: `/v1/documents/${id}/complete`,
          body: {},
          other: '',
          refused: { body: { parts: [] }, code: 'invalid-request' },
        }
      },
      // The first event of a document asks for its inspection; what the inspection says comes after it.
      effects: ({ json }) => uploadsAnnounced(json.id),
    },
    createPayment: {
      prepare: async (token) => {
        const path = `/v1/dossiers/${await costlyDossier(stack(), token)}/payments`
        return {
          path,
          body: paymentBody,
          other: { ...paymentBody, returnUrl: `${paymentBody.returnUrl}/khac` },
          refused: { body: { ...paymentBody, provider: 'nobody' }, code: 'invalid-request' },
          // A repeat is answered as the first even when another attempt has paid the fee.
          mend: async () => {
            const dossierId = await costlyDossier(stack(), token)
            const first = await beginPayment(stack(), token, dossierId, 'paid-later')
            const newer = await beginPayment(stack(), token, dossierId)
            expect((await tellOfPayment(stack(), newer.json.redirectUrl)).json.RspCode).toBe('00')
            const again = await beginPayment(stack(), token, dossierId, 'paid-later')
            expect([again.text, again.headers.get('idempotent-replayed')]).toEqual([first.text, 'true'])
            expect((await beginPayment(stack(), token, dossierId)).json).toMatchObject({
              code: 'already-paid',
              existing: newer.json.id,
            })
          },
        }
      },
      effects: async ({ json }) => (await attemptsAt(json.dossierId, json.id)) ?? Number.NaN,
    },
    putNotificationPreferences: {
      prepare: async () => ({
        path: '/v1/notifications/preferences',
        body: { language: 'en', email: { enabled: true } },
        other: { language: 'vi', email: { enabled: true } },
        refused: { body: { language: 'fr', email: { enabled: true } }, code: 'invalid-request' },
      }),
      effects: async ({ json }, token) =>
        (await versionNow('/v1/notifications/preferences', token)) - json.version + 1,
    },
  }
}
