import * as z from 'zod'

/**
 * Mã định danh điện tử of an agency (Decision 20/2020/QĐ-TTg, art. 4): today's form `H42.101`, read from left
 * to right, or the older one still in running systems, `000.00.12.H40`. At most 35 characters.
 */
export const agencyCode = z
  .string()
  .max(35)
  .regex(/^(?:(?:\d{3}\.\d{2}\.\d{2,3}\.)?[A-Y]\d{2}(?:\.[0-9A-Z]{2,3}){0,8})$/)
