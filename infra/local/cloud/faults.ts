export type FaultTarget = 'dynamodb' | 's3' | 'kms' | 'events' | 'sqs' | 'smtp' | '*'

export type FaultKind =
  | 'drop'
  | 'delay'
  | 'throttle'
  | 'conflict'
  | 'fail'
  | 'lost-answer'
  | 'duplicate'
  | 'reorder'

export type Fault = {
  readonly target: FaultTarget
  /** The one operation it befalls; all of the target's unless given. */
  readonly operation?: string
  readonly kind: FaultKind
  /** How likely it befalls a call, from 0 to 1; always unless given. */
  readonly probability?: number
  /** After how many times it is spent; never unless given. */
  readonly count?: number
  readonly seed?: number
  readonly delayMs?: number
}

export type Faults = {
  add(fault: Fault): void
  clear(): void
  /** The faults that are not spent, with what is left of their counts. */
  list(): Fault[]
  /** What befalls this call. Each call asks once: asking counts. */
  decide(target: Exclude<FaultTarget, '*'>, operation: string): Fault | undefined
}

/** Numbers from 0 up to 1 that a seed determines (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

type Planned = { fault: Fault; left: number; random: () => number }

/** A plan of failures. With the same seeds and the same order of calls, the same calls fail. */
export function createFaults(options: { random?: () => number } = {}): Faults {
  const shared = options.random ?? seededRandom(1)
  let plan: Planned[] = []
  return {
    add: (fault) => {
      const random = fault.seed === undefined ? shared : seededRandom(fault.seed)
      plan.push({ fault, left: fault.count ?? Number.POSITIVE_INFINITY, random })
    },
    clear: () => {
      plan = []
    },
    list: () =>
      plan.map(({ fault, left }) =>
        left === Number.POSITIVE_INFINITY ? { ...fault } : { ...fault, count: left },
      ),
    decide: (target, operation) => {
      for (const planned of plan) {
        const { fault } = planned
        if (fault.target !== '*' && fault.target !== target) continue
        if (fault.operation !== undefined && fault.operation !== operation) continue
        // A certain fault takes no number, so it does not shift those that the uncertain ones get.
        if (fault.probability !== undefined && planned.random() >= fault.probability) continue
        planned.left -= 1
        if (planned.left <= 0) plan = plan.filter((each) => each !== planned)
        return fault
      }
      return undefined
    },
  }
}
