import * as z from 'zod'
import { defineContract, pageOf, pageQuery } from '../../shared/contract.ts'
import { instantText } from '../../shared/time.ts'
import { audiences, draftProcedure, feeRule, levels } from './model.ts'

const version = z.int().min(1).describe('Số phiên bản của thủ tục')

/** A procedure as the list shows it. */
const procedureSummary = draftProcedure
  .pick({
    code: true,
    name: true,
    nameEn: true,
    field: true,
    level: true,
    agencies: true,
    timeLimit: true,
    audience: true,
    essential: true,
  })
  .extend({ fees: z.array(feeRule.omit({ legalBasis: true, note: true })), version })

/** The whole version in force. */
const procedureView = draftProcedure.extend({
  form: z.record(z.string(), z.unknown()).describe('JSON Schema 2020-12 of the answers, with labels'),
  version,
  validFrom: instantText,
  publishedAt: instantText,
})

export const listProcedures = defineContract({
  id: 'listProcedures',
  method: 'GET',
  path: '/v1/procedures',
  auth: 'public',
  tag: 'procedures',
  summary: { vi: 'Danh mục thủ tục hành chính', en: 'Published procedures' },
  description:
    'By code. `q` ignores Vietnamese diacritics and matches beginnings of words of name, field and code. ' +
    'A search reads at most 400 procedures in a call, so a page may hold fewer items than asked for, even ' +
    'none, and still have a `nextCursor`; the list ends where `nextCursor` is null.',
  query: pageQuery.extend({
    q: z.string().max(200).optional(),
    field: z.string().max(40).optional(),
    level: z.enum(levels).optional(),
    audience: z.enum(audiences).optional(),
  }),
  response: { status: 200, schema: pageOf(procedureSummary) },
  errors: [],
  idempotent: false,
  cacheSeconds: 60,
})

export const getProcedure = defineContract({
  id: 'getProcedure',
  method: 'GET',
  path: '/v1/procedures/{code}',
  auth: 'public',
  tag: 'procedures',
  summary: { vi: 'Chi tiết thủ tục hành chính', en: 'The current version of a procedure' },
  description:
    'The `ETag` is the version: what is published under a number never changes. `cases[].requires` are ' +
    'pointers to answers that the case demands beyond the form.',
  // Any text: a code that nothing has, however it looks, is not found.
  params: z.strictObject({ code: z.string().min(1).max(64) }),
  response: { status: 200, schema: procedureView },
  errors: ['not-found'],
  idempotent: false,
  versioned: true,
  cacheSeconds: 60,
})

export const catalogueContracts = [listProcedures, getProcedure] as const
