import * as z from 'zod'
import { defineContract } from '../../shared/contract.ts'

export const getHealth = defineContract({
  id: 'getHealth',
  method: 'GET',
  path: '/v1/health',
  auth: 'public',
  tag: 'ops',
  summary: { vi: 'Tình trạng hệ thống', en: 'Is the service up' },
  description:
    'Answers as long as the front door and one function work. It asks nothing of what lies behind.',
  response: {
    status: 200,
    schema: z.object({
      status: z.literal('ok'),
      province: z.string().meta({ description: 'Mã tỉnh, two digits', examples: ['37'] }),
      version: z.string().meta({ examples: ['1.4.0'] }),
    }),
  },
  errors: [],
  idempotent: false,
})

export const getOpenapi = defineContract({
  id: 'getOpenapi',
  method: 'GET',
  path: '/v1/openapi.json',
  auth: 'public',
  tag: 'ops',
  summary: { vi: 'Mô tả API dạng OpenAPI 3.1', en: 'This API as OpenAPI 3.1' },
  description: 'The document that the reference page is made of; client programs can be generated from it.',
  response: {
    status: 200,
    schema: z
      .record(z.string(), z.unknown())
      .meta({ description: 'An OpenAPI 3.1 document', examples: [{ openapi: '3.1.1' }] }),
  },
  errors: [],
  idempotent: false,
  cacheSeconds: 300,
})

export const getReferencePage = defineContract({
  id: 'getReferencePage',
  method: 'GET',
  path: '/docs',
  auth: 'public',
  tag: 'ops',
  summary: { vi: 'Trang tài liệu API', en: 'The reference page' },
  description: 'The same as a page to read. It needs no script and loads nothing from elsewhere.',
  response: { status: 200, schema: z.string(), contentType: 'text/html; charset=utf-8' },
  errors: [],
  idempotent: false,
  cacheSeconds: 300,
})

export const opsContracts = [getHealth, getOpenapi, getReferencePage] as const
