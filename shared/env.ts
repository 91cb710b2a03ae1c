import type * as z from 'zod'

/**
 * The configuration of one entry, read once when the function starts. A wrong or missing variable stops the
 * function there, with every problem in one message, and never in the middle of a citizen's request.
 */
export const readEnv = <Schema extends z.ZodType>(schema: Schema): z.output<Schema> => {
  const result = schema.safeParse(process.env)
  if (result.success) return result.data
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new Error(`configuration is incomplete:\n${problems.join('\n')}`)
}
