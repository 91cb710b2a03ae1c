import * as z from 'zod'
import { defineEvent } from '../../shared/events.ts'
import { instantText } from '../../shared/time.ts'
import { procedureCode } from './model.ts'

export const procedurePublished = defineEvent({
  type: 'vn.motcua.catalogue.published.v1',
  description: 'A version of a procedure was published. It is in force from `validFrom`, until the next one.',
  data: z.strictObject({ code: procedureCode, version: z.int().min(1), validFrom: instantText }),
})
