import * as z from 'zod'
import { signPost } from './aws-signature.ts'
import { readEnv } from './env.ts'
import { type Clock, clock, seconds } from './time.ts'

export const secretsEnv = z.object({ SECRETS_ENDPOINT: z.url().optional() })

/** What Lambda puts into the environment of every function. */
const identity = z.object({
  AWS_REGION: z.string().min(1),
  AWS_ACCESS_KEY_ID: z.string().min(1),
  AWS_SECRET_ACCESS_KEY: z.string().min(1),
  AWS_SESSION_TOKEN: z.string().min(1).optional(),
})

/** The members of a secret: a JSON object of texts. */
export type ReadSecret = (arn: string) => Promise<Record<string, string>>

const answered = z.object({ SecretString: z.string() })
const members = z.record(z.string(), z.string())

/** None of its messages quotes anything of the secret. */
const unreadable = (arn: string, why: string, cause?: unknown): Error => {
  const error = new Error(`the secret ${arn} cannot be read: ${why}`, { cause })
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
export const createReadSecret =
  (env: z.output<typeof secretsEnv>, { time = clock }: { time?: Clock } = {}): ReadSecret =>
  async (arn) => {
    const { AWS_REGION: region, ...keys } = readEnv(identity)
    const url = new URL('/', env.SECRETS_ENDPOINT ?? `https://secretsmanager.${region}.amazonaws.com`).href
    const body = JSON.stringify({ SecretId: arn })
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.GetSecretValue',
    }
    const credentials = {
      accessKeyId: keys.AWS_ACCESS_KEY_ID,
      secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
      sessionToken: keys.AWS_SESSION_TOKEN,
    }
    const scope = { region, service: 'secretsmanager' }
    let response: Response
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: signPost({ url, headers, body }, credentials, scope, time.now()),
        body,
        signal: AbortSignal.timeout(seconds(5)),
      })
    } catch (error) {
      throw unreadable(arn, 'the service does not answer', error)
    }
    if (!response.ok) throw unreadable(arn, `the service answered ${response.status}`)
    const read = answered.safeParse(await response.json().catch(() => undefined))
    if (!read.success) throw unreadable(arn, 'it has no text')
    return membersOf(arn, read.data.SecretString)
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
