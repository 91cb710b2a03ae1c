import { readFileSync } from 'node:fs'
import { readNationalRecords } from '../../functions/catalogue/national-records.ts'
import { publishAll } from '../../functions/catalogue/publish.ts'
import { tableName } from '../../infra/local/tables-setup.ts'
import type { Contract } from '../../shared/contract.ts'
import { createDynamo } from '../../shared/dynamo.ts'
import { createLog } from '../../shared/log.ts'
import { provinceSchema } from '../../shared/province.ts'
import { minutes } from '../../shared/time.ts'
import { birth, birthAnswers } from '../kit/answers.ts'
import { beginPayment, costlyDossier, paymentBody, vnpayFields, vnpayQuery } from '../kit/fees.ts'
import { type Portal, paper, type Stack, sha256 } from '../kit/stack.ts'

/** Everything one citizen has: each contract finds here what it is about. */
export interface Things {
  draftId: string
  submittedId: string
  code: string
  pin: string
  receiptId: string
  /** A clean document, attached to the draft and bound to the submitted dossier. */
  paperId: string
  /** A document whose file was never uploaded. */
  awaitingId: string
  /** A submitted dossier with a fee that nobody has paid. */
  costlyId: string
  /** A payment of that fee, begun. */
  paymentId: string
  /** A provider's genuine message: another dossier's fee is paid. */
  paidCall: string
}

export const uploadOf = (bytes: Uint8Array, fileName = 'giay-chung-sinh.pdf') => ({
  fileName,
  contentType: 'application/pdf',
  size: bytes.length,
  sha256: sha256(bytes),
  purpose: 'component',
})

/** A document that is only announced. */
export const announce = async (portal: Portal, token: string): Promise<string> => {
  const { json } = await portal.call('POST', '/v1/documents', {
    token,
    key: portal.newKey(),
    body: uploadOf(paper),
  })
  return json.id
}

export const thingsOf = async (
  portal: Portal,
  token: string,
  drain: () => Promise<unknown>,
): Promise<Things> => {
  const paperId = await portal.upload(token)
  await drain()
  const submittedId = await portal.draft(token, paperId)
  const { json } = await portal.submit(token, submittedId)
  const costlyId = await costlyDossier(portal, token)
  const begun = await beginPayment(portal, token, costlyId)
  const paid = await beginPayment(portal, token, await costlyDossier(portal, token))
  await drain()
  return {
    draftId: await portal.draft(token, paperId),
    submittedId,
    code: json.dossier.code,
    pin: json.dossier.trackingPin,
    receiptId: json.receipt.id,
    paperId,
    awaitingId: await announce(portal, token),
    costlyId,
    paymentId: begun.json.id,
    paidCall: vnpayQuery(vnpayFields(paid.json.redirectUrl)),
  }
}

/** Moves the sandbox's clock; tokens of before may have ended. */
export const wait = (stack: Stack, milliseconds: number): void =>
  stack.runner.clock.travel(stack.runner.clock.now() + milliseconds)

/** The procedure of the birth registration gets another version, which is in force on return. */
export const publishNewVersion = async (stack: Stack): Promise<void> => {
  const province = provinceSchema.parse(JSON.parse(readFileSync('infra/provinces/37.json', 'utf8')))
  const overlay = province.procedures[birth.procedureCode]
  if (!overlay) throw new Error('the province does not offer birth registration')
  const changed = { ...overlay, agencies: overlay.agencies.toReversed() }
  const { published } = await publishAll({
    dynamo: createDynamo({ DYNAMODB_ENDPOINT: stack.runner.storageUrl }),
    table: tableName('catalogue'),
    clock: stack.runner.clock,
    province: { ...province, procedures: { [birth.procedureCode]: changed } },
    environment: 'sandbox',
    nationalRecords: readNationalRecords(),
    log: createLog('catalogue-publish', () => undefined),
  })
  if (!published.includes(birth.procedureCode)) throw new Error('no new version was published')
  wait(stack, minutes(7))
}

interface ValidRequest {
  path: string
  body?: unknown
}

/** For every contract a request that its owner may make and that is answered with success. */
const validRequests: Readonly<Record<string, (of: Things) => ValidRequest>> = {
  listProcedures: () => ({ path: '/v1/procedures' }),
  getProcedure: () => ({ path: `/v1/procedures/${birth.procedureCode}` }),
  createDossier: ({ paperId }) => ({
    path: '/v1/dossiers',
    body: {
      procedureCode: birth.procedureCode,
      agency: birth.agency,
      receivingAgency: birth.agency,
      channel: 'online',
      answers: birthAnswers,
      components: [{ componentId: birth.componentId, documentId: paperId }],
    },
  }),
  listDossiers: () => ({ path: '/v1/dossiers' }),
  getDossier: ({ draftId }) => ({ path: `/v1/dossiers/${draftId}` }),
  patchDossier: ({ draftId, paperId }) => ({
    path: `/v1/dossiers/${draftId}`,
    body: {
      answers: { ...birthAnswers, copies: 2 },
      components: [{ componentId: birth.componentId, documentId: paperId }],
      procedureVersion: 1,
    },
  }),
  submitDossier: ({ draftId }) => ({
    path: `/v1/dossiers/${draftId}/submit`,
    body: { declaration: true, consents: ['share-with-police'] },
  }),
  getTimeline: ({ submittedId }) => ({ path: `/v1/dossiers/${submittedId}/timeline` }),
  trackDossier: ({ code, pin }) => ({ path: `/v1/track/${code}?pin=${pin}` }),
  getReceipt: ({ receiptId }) => ({ path: `/v1/receipts/${receiptId}` }),
  getKeys: () => ({ path: '/v1/keys' }),
  createDocument: () => ({ path: '/v1/documents', body: uploadOf(paper) }),
  completeDocument: ({ paperId }) => ({ path: `/v1/documents/${paperId}/complete`, body: {} }),
  getDocument: ({ paperId }) => ({ path: `/v1/documents/${paperId}` }),
  getDocumentContent: ({ paperId }) => ({ path: `/v1/documents/${paperId}/content` }),
  deleteDocument: ({ awaitingId }) => ({ path: `/v1/documents/${awaitingId}` }),
  listNotifications: () => ({ path: '/v1/notifications' }),
  getNotificationPreferences: () => ({ path: '/v1/notifications/preferences' }),
  putNotificationPreferences: () => ({
    path: '/v1/notifications/preferences',
    body: { language: 'en', email: { enabled: false } },
  }),
  createPayment: ({ costlyId }) => ({ path: `/v1/dossiers/${costlyId}/payments`, body: paymentBody }),
  getPayment: ({ paymentId }) => ({ path: `/v1/payments/${paymentId}` }),
  getMoney: ({ costlyId }) => ({ path: `/v1/dossiers/${costlyId}/money` }),
  receiveVnpay: ({ paidCall }) => ({ path: `/v1/webhooks/vnpay?${paidCall}` }),
  getHealth: () => ({ path: '/v1/health' }),
  getOpenapi: () => ({ path: '/v1/openapi.json' }),
  getReferencePage: () => ({ path: '/docs' }),
}

/** Throws for a contract that nobody has described here: a new endpoint is not left out in silence. */
export const validRequest = ({ id }: Contract, of: Things): ValidRequest => {
  const request = validRequests[id]
  if (!request) throw new Error(`test/contracts/scene.ts has no valid request for ${id}`)
  return request(of)
}
