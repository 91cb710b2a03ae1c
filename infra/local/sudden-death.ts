/** When the process is to be killed: before or after its n-th outgoing call from now on. */
export interface DeathPlan {
  kind: 'die-before' | 'die-after'
  count: number
}

/**
 * Ends the process as a power cut would, at a call chosen beforehand. Whatever step lies on either side of that
 * call, nothing may be lost and nothing done twice that a person would notice: tests walk through every number.
 */
export interface SuddenDeath {
  arm(plan: DeathPlan): void
  disarm(): void
  armed(): DeathPlan | undefined
  /** A call is about to leave the process. */
  before(): void
  /** A call has had its effect and nobody was told yet. */
  after(): void
}

export const createSuddenDeath = (
  die: () => void = () => process.kill(process.pid, 'SIGKILL'),
): SuddenDeath => {
  let plan: DeathPlan | undefined
  let started = 0
  let answered = 0
  return {
    arm: (next) => {
      plan = next
      started = 0
      answered = 0
    },
    disarm: () => {
      plan = undefined
    },
    armed: () => plan,
    before: () => {
      started += 1
      if (plan?.kind === 'die-before' && started === plan.count) die()
    },
    after: () => {
      answered += 1
      if (plan?.kind === 'die-after' && answered === plan.count) die()
    },
  }
}
