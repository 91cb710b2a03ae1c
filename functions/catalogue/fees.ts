import { type Instant, vietnamDate } from '../../shared/time.ts'
import { valueAt } from './form-schema.ts'
import { type Channel, type FeeRule, type NationalRecord, standardClass } from './model.ts'

/** What a fee is counted by. A number that is not given counts as one. */
export interface FeeFactors {
  copies?: number
  pages?: number
  persons?: number
  subjectClass?: string
}

export interface FeeLine {
  code: string
  kind: FeeRule['kind']
  name: string
  /** Đồng. */
  amount: number
}

export interface FeeQuestion {
  channel: Channel
  /** The instant of submission: it decides which tariff applies. */
  at: Instant
  caseCode?: string | null | undefined
  factors?: FeeFactors
}

type Priced = Pick<NationalRecord, 'fees' | 'feeClasses'>

/** Beyond any real order, and small enough that an amount stays within what a payment can carry. */
const mostUnits = 1_000

const count = (given: number | undefined): number =>
  given === undefined || !Number.isFinite(given) ? 1 : Math.min(Math.max(0, Math.floor(given)), mostUnits)

/** The amount for the first `quantity` units; each tier changes the price from its first unit on. */
const tariff = (rule: FeeRule, quantity: number): number => {
  const steps = [{ from: 1, amount: rule.amount }, ...(rule.tiers ?? [])]
  const sum = steps.reduce((total, step, index) => {
    const next = steps[index + 1]?.from ?? Number.POSITIVE_INFINITY
    return total + Math.max(0, Math.min(quantity + 1, next) - step.from) * step.amount
  }, 0)
  return rule.cap === undefined ? sum : Math.min(sum, rule.cap)
}

const amountOf = (rule: FeeRule, factors: FeeFactors): number => {
  switch (rule.unit) {
    case 'case':
      return tariff(rule, 1)
    case 'copy':
      return tariff(rule, count(factors.copies))
    case 'person':
      return tariff(rule, count(factors.persons))
    case 'page':
      return tariff(rule, count(factors.pages)) * count(factors.copies)
  }
}

const appliesOn = (rule: FeeRule, date: string): boolean =>
  rule.validFrom <= date && (rule.validTo === undefined || date <= rule.validTo)

/**
 * What a submission costs, line by line; what costs nothing is no line. A class of payer that the procedure
 * does not know counts as the standard one, so nobody pays less by a made-up word.
 */
export const feesFor = (
  procedure: Priced,
  { channel, at, caseCode, factors = {} }: FeeQuestion,
): FeeLine[] => {
  const date = vietnamDate(at)
  const payer = procedure.feeClasses.some(({ code }) => code === factors.subjectClass)
    ? (factors.subjectClass as string)
    : standardClass
  return procedure.fees
    .filter(
      (rule) =>
        rule.channels.includes(channel) &&
        rule.subjectClasses.includes(payer) &&
        (rule.cases === undefined || rule.cases.includes(caseCode ?? '')) &&
        appliesOn(rule, date),
    )
    .map((rule) => ({
      code: rule.code,
      kind: rule.kind,
      name: rule.name,
      amount: amountOf(rule, factors),
    }))
    .filter((line) => line.amount > 0)
}

const quantityAt = (answers: unknown, pointer: string | undefined): number | undefined => {
  const value = pointer === undefined ? undefined : valueAt(answers, pointer)
  if (Array.isArray(value)) return value.length
  return typeof value === 'number' ? value : undefined
}

/** The numbers of a dossier that its fee depends on, read from the answers. */
export const feeFactorsOf = (
  { feeFactors }: Pick<NationalRecord, 'feeFactors'>,
  answers: unknown,
): FeeFactors => {
  const { copies, pages, persons } = feeFactors
  const quantities = Object.entries({ copies, pages, persons }).flatMap(([name, pointer]) => {
    const quantity = quantityAt(answers, pointer)
    return quantity === undefined ? [] : [[name, quantity] as const]
  })
  const subjectClass = feeFactors.subjectClass && valueAt(answers, feeFactors.subjectClass)
  return {
    ...Object.fromEntries(quantities),
    ...(typeof subjectClass === 'string' ? { subjectClass } : {}),
  }
}

const meet = <T>(a: readonly T[] | undefined, b: readonly T[] | undefined): boolean =>
  a === undefined || b === undefined || a.some((value) => b.includes(value))

const overlap = (a: FeeRule, b: FeeRule): boolean =>
  a.code === b.code &&
  meet(a.channels, b.channels) &&
  meet(a.subjectClasses, b.subjectClasses) &&
  meet(a.cases, b.cases) &&
  a.validFrom <= (b.validTo ?? '9999') &&
  b.validFrom <= (a.validTo ?? '9999')

/** Mistakes in a tariff: payers would be charged twice, or by a class nobody can be in. */
export const feeProblems = ({ fees, feeClasses }: Priced): string[] => {
  const classes = feeClasses.map((known) => known.code)
  const problems = classes.includes(standardClass) ? [] : [`feeClasses: ${standardClass} is missing`]
  fees.forEach((rule, index) => {
    const place = `fees[${index}] ${rule.code}`
    for (const unknown of rule.subjectClasses.filter((name) => !classes.includes(name)))
      problems.push(`${place}: no class ${unknown}`)
    if (rule.validTo !== undefined && rule.validTo < rule.validFrom)
      problems.push(`${place}: ends before it begins`)
    const froms = rule.tiers?.map((tier) => tier.from) ?? []
    if (froms.some((from, at) => from <= (froms[at - 1] ?? 1))) problems.push(`${place}: tiers must ascend`)
    fees.slice(0, index).forEach((other, at) => {
      if (overlap(rule, other)) problems.push(`${place}: overlaps fees[${at}]`)
    })
  })
  return problems
}
