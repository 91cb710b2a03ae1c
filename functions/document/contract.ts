import * as z from 'zod'
import { defineContract, idText } from '../../shared/contract.ts'
import { acceptedTypes } from './inspection/accepted-types.ts'
import { documentView, fileName, opened, purpose, sha256Text } from './model.ts'

const owners = ['citizen', 'officer'] as const
const one = z.strictObject({ id: idText })

export const createDocument = defineContract({
  id: 'createDocument',
  method: 'POST',
  path: '/v1/documents',
  auth: owners,
  tag: 'documents',
  summary: { vi: 'Xin địa chỉ tải tệp lên', en: 'Ask for an upload address' },
  description:
    'Answers a form for the file itself: send `fields` and then the file, in a field named `file`, as ' +
    'multipart/form-data to `url` before `expiresAt`. Then call complete.',
  body: z.strictObject({
    fileName,
    contentType: z
      .string()
      .min(1)
      .max(200)
      .meta({ description: `Accepted: ${acceptedTypes.join(', ')}`, examples: ['application/pdf'] }),
    size: z.int().min(1).meta({ description: 'Size of the file in bytes' }),
    sha256: sha256Text,
    purpose,
  }),
  response: { status: 201, schema: opened },
  errors: [],
  idempotent: true,
})

export const completeDocument = defineContract({
  id: 'completeDocument',
  method: 'POST',
  path: '/v1/documents/{id}/complete',
  auth: owners,
  tag: 'documents',
  summary: { vi: 'Báo đã tải tệp lên xong', en: 'Say that the file is uploaded' },
  description:
    'Starts the inspection. The body is empty or `{}`. A document that was completed before is answered as it is now.',
  params: one,
  body: z.strictObject({}).optional(),
  response: { status: 200, schema: documentView },
  errors: ['not-found', 'upload-missing', 'version-conflict'],
  idempotent: true,
  versioned: true,
})

export const getDocument = defineContract({
  id: 'getDocument',
  method: 'GET',
  path: '/v1/documents/{id}',
  auth: owners,
  tag: 'documents',
  summary: { vi: 'Xem tình trạng tệp', en: 'See the state of a file' },
  params: one,
  response: { status: 200, schema: documentView },
  errors: ['not-found'],
  idempotent: false,
  versioned: true,
})

export const getDocumentContent = defineContract({
  id: 'getDocumentContent',
  method: 'GET',
  path: '/v1/documents/{id}/content',
  auth: owners,
  tag: 'documents',
  summary: { vi: 'Lấy địa chỉ tải tệp về', en: 'Get a download address' },
  description: 'The address serves the inspected file as an attachment for 60 seconds.',
  params: one,
  response: { status: 200, schema: z.object({ url: z.url(), expiresAt: z.string() }) },
  errors: ['not-found', 'invalid-transition'],
  idempotent: false,
})

export const deleteDocument = defineContract({
  id: 'deleteDocument',
  method: 'DELETE',
  path: '/v1/documents/{id}',
  auth: owners,
  tag: 'documents',
  summary: { vi: 'Xóa tệp chưa dùng cho hồ sơ nào', en: 'Delete a file that no dossier uses' },
  params: one,
  response: { status: 204, schema: z.null() },
  errors: ['not-found', 'document-in-use', 'version-conflict'],
  idempotent: false,
})

export const documentContracts = [
  createDocument,
  completeDocument,
  getDocument,
  getDocumentContent,
  deleteDocument,
] as const
