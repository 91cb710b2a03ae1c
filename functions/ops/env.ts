import * as z from 'zod'
import { dynamoEnv } from '../../shared/dynamo.ts'

export const apiEnv = z.object({ PROVINCE_FILE: z.string().min(1) })

export const busEnv = z.object({ EVENT_BUS_NAME: z.string().min(1), EVENTS_ENDPOINT: z.url().optional() })

export const relayEnv = dynamoEnv.extend(busEnv.shape)

export const sweepEnv = relayEnv.extend({
  /** The tables with an outbox, comma separated. */
  OUTBOX_TABLES: z
    .string()
    .transform((text) => text.split(',').map((name) => name.trim()))
    .pipe(z.array(z.string().min(3)).min(1)),
})
