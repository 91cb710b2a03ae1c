/** Does its work again and again while there is some, and sleeps until woken when there is none. */
export interface WorkLoop {
  wake(): void
  /** Resolves after one whole turn that began after this call found nothing to do. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export interface WorkLoopOptions {
  /** One turn. True when there may be more to do at once. */
  turn: () => Promise<boolean>
  /** Looks for work at least this often, in real milliseconds, though nobody woke it. */
  everyMs: number
  onError: (error: unknown) => void
}

export const startWorkLoop = ({ turn, everyMs, onError }: WorkLoopOptions): WorkLoop => {
  let stopped = false
  let woken = false
  let rouse: (() => void) | undefined
  let turns = 0
  let waiting: { from: number; resolve: () => void }[] = []

  const sleep = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, everyMs)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async (): Promise<void> => {
    while (!stopped) {
      woken = false
      turns += 1
      const current = turns
      let more = false
      try {
        more = await turn()
      } catch (error) {
        onError(error)
      }
      if (more) continue
      const served = waiting.filter(({ from }) => from < current)
      waiting = waiting.filter(({ from }) => from >= current)
      for (const { resolve } of served) resolve()
      if (!woken && !stopped && waiting.length === 0) await sleep()
      rouse = undefined
    }
    for (const { resolve } of waiting) resolve()
  }
  const running = run()

  const wake = (): void => {
    woken = true
    rouse?.()
  }
  return {
    wake,
    idle: () =>
      new Promise((resolve) => {
        if (stopped) return resolve()
        waiting.push({ from: turns, resolve })
        wake()
      }),
    stop: () => {
      stopped = true
      wake()
      return running
    },
  }
}
