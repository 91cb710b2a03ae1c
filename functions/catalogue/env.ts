import * as z from 'zod'
import { dynamoEnv } from '../../shared/dynamo.ts'

export const catalogueApiEnv = dynamoEnv.extend({ CATALOGUE_TABLE: z.string().min(1) })

/** The deploy-time command needs what the function needs. */
export const cataloguePublishEnv = catalogueApiEnv
