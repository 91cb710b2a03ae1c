import { join } from 'node:path'
import { birth, birthAnswers } from '../kit/answers.ts'
import { type Answer, type Portal, paper, sha256 } from '../kit/stack.ts'
import { type MortalRunner, startMortalRunner } from './mortal-runner.ts'

/** A draft with complete answers and the upload that is meant for it. */
export interface Prepared {
  dossierId: string
  documentId: string
}

const must = (answer: Answer): Answer => {
  if (answer.status >= 300) throw new Error(`could not be prepared: ${answer.text}`)
  return answer
}

/** The file lies in quarantine and nobody was told. */
const handIn = async (portal: Portal, token: string, key: string): Promise<string> => {
  const contentType = 'application/pdf'
  const body = {
    fileName: 'giay-chung-sinh.pdf',
    contentType,
    size: paper.length,
    sha256: sha256(paper),
    purpose: 'component',
  }
  const { id, upload } = must(await portal.call('POST', '/v1/documents', { token, key, body })).json
  const form = new FormData()
  for (const [name, value] of Object.entries(upload.fields)) form.append(name, String(value))
  form.append('file', new Blob([new Uint8Array(paper)], { type: contentType }), 'file')
  const stored = await fetch(upload.url, { method: 'POST', body: form })
  if (!stored.ok) throw new Error(`the store refused the upload: ${await stored.text()}`)
  return id
}

export const completeUpload = (runner: MortalRunner, { documentId }: Prepared): Promise<Answer> =>
  runner.ask((portal, token) =>
    portal.call('POST', `/v1/documents/${documentId}/complete`, { token, key: 'complete', body: {} }),
  )

export const attach = (runner: MortalRunner, { dossierId, documentId }: Prepared): Promise<Answer> =>
  runner.ask((portal, token) =>
    portal.call('PATCH', `/v1/dossiers/${dossierId}`, {
      token,
      body: { components: [{ componentId: birth.componentId, documentId }] },
    }),
  )

export const submit = (runner: MortalRunner, { dossierId }: Prepared): Promise<Answer> =>
  runner.ask((portal, token) => portal.submit(token, dossierId, 'submit'))

/**
 * Leaves a data folder, at rest, with drafts and uploads nobody has completed; with `attached` the uploads are
 * inspected and attached, so that only the submission is missing. Every run takes a copy.
 */
export const prepareFolder = async (
  folder: string,
  environment: Record<string, string>,
  { count, attached }: { count: number; attached: boolean },
): Promise<{ directory: string; prepared: Prepared[] }> => {
  const directory = join(folder, `prepared-${count}`)
  const runner = await startMortalRunner(directory, environment)
  const prepared: Prepared[] = []
  for (let n = 1; n <= count; n += 1)
    await runner.ask(async (portal, token) => {
      const documentId = await handIn(portal, token, `document-${n}`)
      const { procedureCode, agency } = birth
      const body = { procedureCode, agency, answers: birthAnswers }
      const draft = must(await portal.call('POST', '/v1/dossiers', { token, key: `draft-${n}`, body }))
      prepared.push({ documentId, dossierId: draft.json.id })
      return draft
    })
  if (attached) {
    for (const one of prepared) must(await completeUpload(runner, one))
    await runner.drain()
    for (const one of prepared) must(await attach(runner, one))
  }
  await runner.drain()
  await runner.stop()
  return { directory, prepared }
}
