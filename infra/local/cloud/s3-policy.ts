import { S3Error } from './s3-error.ts'
import { parseAmzDate, parseScope, type SignatureRules, sameText, scopeFault, sign } from './s3-signature.ts'

type Condition =
  | { kind: 'eq' | 'starts-with'; field: string; value: string; source: unknown }
  | { kind: 'content-length-range'; min: number; max: number }

export type SizeRange = { readonly min: number; readonly max: number }

const exempt = new Set(['x-amz-signature', 'file', 'policy'])

function invalid(reason: string): S3Error {
  return new S3Error('InvalidPolicyDocument', `Invalid Policy: ${reason}`)
}

function denied(reason: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${reason}`)
}

function size(value: unknown): number {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 0) {
    throw invalid('Invalid content-length-range.')
  }
  return number
}

function readCondition(source: unknown): Condition[] {
  if (Array.isArray(source)) {
    const [operator, first, second] = source as unknown[]
    const kind = typeof operator === 'string' ? operator.toLowerCase() : ''
    if (source.length !== 3) throw invalid('Invalid Condition: expected 3 elements.')
    if (kind === 'content-length-range') return [{ kind, min: size(first), max: size(second) }]
    if (kind !== 'eq' && kind !== 'starts-with')
      throw invalid(`Invalid Condition: unknown operation '${kind}'.`)
    if (typeof first !== 'string' || !first.startsWith('$') || typeof second !== 'string') {
      throw invalid('Invalid Condition: expected a $field and a string.')
    }
    return [{ kind, field: first.slice(1).toLowerCase(), value: second, source }]
  }
  if (typeof source !== 'object' || source === null) throw invalid('Invalid Condition.')
  return Object.entries(source).map(([name, value]) => {
    if (typeof value !== 'string') throw invalid('Invalid Simple-Condition: value must be a string.')
    return { kind: 'eq', field: name.toLowerCase(), value, source: ['eq', `$${name}`, value] }
  })
}

function readPolicy(encoded: string): { expiration: number; conditions: Condition[] } {
  let document: unknown
  try {
    document = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))
  } catch {
    throw invalid('Invalid JSON.')
  }
  if (typeof document !== 'object' || document === null) throw invalid('Invalid JSON.')
  const { expiration, conditions } = document as { expiration?: unknown; conditions?: unknown }
  if (typeof expiration !== 'string') throw invalid('Policy missing expiration.')
  if (!Array.isArray(conditions)) throw invalid('Policy missing conditions.')
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(expiration)
    ? Date.parse(expiration)
    : Number.NaN
  if (Number.isNaN(time)) throw invalid(`Invalid 'expiration' value: '${expiration}'`)
  return { expiration: time, conditions: conditions.flatMap(readCondition) }
}

function holds(
  condition: Exclude<Condition, { kind: 'content-length-range' }>,
  value: string | undefined,
): boolean {
  if (value === undefined) return false
  if (condition.kind === 'eq') return value === condition.value
  // A list of types holds only if each of them does.
  const values = condition.field === 'content-type' ? value.split(',').map((type) => type.trim()) : [value]
  return values.every((each) => each.startsWith(condition.value))
}

function verifySignature(fields: ReadonlyMap<string, string>, policy: string, rules: SignatureRules): void {
  const need = (name: string) => {
    const value = fields.get(name)
    if (!value) {
      throw new S3Error('InvalidArgument', `Bucket POST must contain a field named '${name}'.`, {
        ArgumentName: name,
      })
    }
    return value
  }
  if (need('x-amz-algorithm') !== 'AWS4-HMAC-SHA256') {
    throw new S3Error('InvalidArgument', 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
  }
  const timestamp = need('x-amz-date')
  if (Number.isNaN(parseAmzDate(timestamp)))
    throw new S3Error('InvalidArgument', 'X-Amz-Date must be a valid date')
  const scope = parseScope(need('x-amz-credential'))
  if (scope && scope.accessKeyId !== rules.credentials.accessKeyId) {
    throw new S3Error('InvalidAccessKeyId', undefined, { AWSAccessKeyId: scope.accessKeyId })
  }
  const fault = scopeFault(scope, timestamp, rules.region)
  if (!scope || fault !== undefined) {
    throw new S3Error('InvalidArgument', `Error parsing the X-Amz-Credential parameter; ${fault}`)
  }
  const expected = sign(rules.credentials.secretAccessKey, scope.date, scope.region, policy)
  if (!sameText(expected, need('x-amz-signature'))) throw new S3Error('SignatureDoesNotMatch')
  if (fields.has('x-amz-security-token')) throw new S3Error('InvalidToken')
}

/**
 * Verifies a form's policy whole: the signature, the expiry, every condition, and that no field is without one.
 * Returns the range that the file's size must keep within.
 */
export function verifyPolicy(
  fields: ReadonlyMap<string, string>,
  bucket: string,
  rules: SignatureRules,
): SizeRange {
  const encoded = fields.get('policy')
  if (encoded === undefined) throw new S3Error('AccessDenied')
  verifySignature(fields, encoded, rules)
  const policy = readPolicy(encoded)
  if (rules.now().getTime() >= policy.expiration) throw denied('Policy expired.')
  // The bucket is a field of every form, sent or not: a policy for one bucket must not open another.
  const values = new Map([...fields, ['bucket', bucket] as const])
  const range = { min: 0, max: Number.MAX_SAFE_INTEGER }
  const covered = new Set<string>()
  const sent = fields.get('bucket')
  if (sent !== undefined && sent !== bucket) {
    throw denied(`Policy Condition failed: ${JSON.stringify(['eq', '$bucket', sent])}`)
  }
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') {
      range.min = Math.max(range.min, condition.min)
      range.max = Math.min(range.max, condition.max)
      continue
    }
    covered.add(condition.field)
    if (!holds(condition, values.get(condition.field))) {
      throw denied(`Policy Condition failed: ${JSON.stringify(condition.source)}`)
    }
  }
  const extra = [...values.keys()].filter(
    (name) => !exempt.has(name) && !name.startsWith('x-ignore-') && !covered.has(name),
  )
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`)
  return range
}
