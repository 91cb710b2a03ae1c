/** Counts the calls of ports and can end the worker before or after one of them. */
export const createFaults = () => {
  let calls = 0
  let failAt = Number.POSITIVE_INFINITY
  let moment: 'before' | 'after' = 'before'
  const step = async (when: 'before' | 'after', number: number): Promise<void> => {
    if (number === failAt && moment === when) throw new Error(`cut off ${when} call ${number}`)
  }
  return {
    /** The port, with the fault in each of its methods. */
    through: <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get: (target, name) => {
          const method = Reflect.get(target, name) as (...input: unknown[]) => Promise<unknown>
          return async (...input: unknown[]) => {
            calls += 1
            const number = calls
            await step('before', number)
            const answer = await method.apply(target, input)
            await step('after', number)
            return answer
          }
        },
      }),
    arm: (call: number, when: 'before' | 'after') => {
      calls = 0
      failAt = call
      moment = when
    },
    disarm: () => {
      failAt = Number.POSITIVE_INFINITY
    },
    calls: () => calls,
  }
}
