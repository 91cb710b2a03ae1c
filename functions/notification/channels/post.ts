import type * as z from 'zod'
import type { Province } from '../../../shared/province.ts'
import { createReadSecret, secretSettings, startedBy } from '../../../shared/secrets.ts'
import { type sendEnv, smtpSettings } from '../env.ts'
import { createSmtp } from './smtp.ts'

/** The mail server, reached at the first letter: the inbox works while its password is missing or wrong. */
export const createPost = (env: z.output<typeof sendEnv>, mail: Province['mail']) => {
  const readSecret = createReadSecret(env)
  return startedBy(async () => {
    const { SMTP_URL: url } = await secretSettings(smtpSettings, env, env.SMTP_SECRET_ARN, readSecret)
    return createSmtp({ url, mail })
  })
}
