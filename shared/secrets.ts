import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import * as z from 'zod'

export const secretsEnv = z.object({ SECRETS_ENDPOINT: z.url().optional() })

/** The members of a secret: a JSON object of texts. */
export type ReadSecret = (arn: string) => Promise<Record<string, string>>

const members = z.record(z.string(), z.string())

/** None of its messages quotes anything of the secret. */
const unreadable = (arn: string, why: string): Error => {
  const error = new Error(`the secret ${arn} cannot be read: ${why}`)
  error.name = 'SecretUnreadable'
  return error
}

const membersOf = (arn: string, text: string): Record<string, string> => {
  try {
    return members.parse(JSON.parse(text))
  } catch {
    throw unreadable(arn, 'it is not a JSON object of texts')
  }
}

/** Reads secrets from AWS Secrets Manager in the name of the function. */
export const createReadSecret = (env: z.output<typeof secretsEnv>): ReadSecret => {
  const manager = new SecretsManagerClient({
    ...(env.SECRETS_ENDPOINT ? { endpoint: env.SECRETS_ENDPOINT } : {}),
    maxAttempts: 2,
  })
  return async (arn) => {
    const answer = await manager
      .send(new GetSecretValueCommand({ SecretId: arn }))
      .catch((error: unknown) => {
        // The name of the error says enough; its message may be anything.
        throw unreadable(arn, error instanceof Error ? error.name : 'it failed')
      })
    if (answer.SecretString === undefined) throw unreadable(arn, 'it has no text')
    return membersOf(arn, answer.SecretString)
  }
}

/**
 * Settings that nobody may read in the configuration of a function: its variables win where they are enough (on
 * a developer's machine), else they come from the secret. What is wrong is named, never its value.
 */
export const secretSettings = async <Schema extends z.ZodObject>(
  schema: Schema,
  variables: Readonly<Record<string, unknown>>,
  arn: string | undefined,
  readSecret: ReadSecret,
): Promise<z.output<Schema>> => {
  const given = schema.safeParse(variables)
  if (given.success) return given.data
  const kept = schema.safeParse(arn === undefined ? variables : await readSecret(arn))
  if (kept.success) return kept.data
  const wrong = kept.error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', ')
  throw new Error(`configuration is incomplete in ${arn ?? 'the variables'}: ${wrong}`)
}

/**
 * A handler that is built at its first call, for what must be read before and cannot be awaited while a function
 * loads. It is built once; a build that failed is tried again by the next call.
 */
export const startedBy = <Input extends readonly unknown[], Output>(
  build: () => Promise<(...input: Input) => Promise<Output>>,
): ((...input: Input) => Promise<Output>) => {
  let built: ReturnType<typeof build> | undefined
  return async (...input) => {
    built ??= build()
    const building = built
    try {
      return await (await building)(...input)
    } finally {
      // Only a failed build is forgotten; a call that failed leaves the handler as it is.
      await building.catch(() => {
        if (built === building) built = undefined
      })
    }
  }
}
