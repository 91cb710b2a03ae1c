/** A fault that a test put between two steps. */
export class Fault extends Error {
  constructor(where: string) {
    super(`fault ${where}`)
    this.name = 'Fault'
  }
}

export type Counted = { calls: number; at: number; when: 'before' | 'after' }

/**
 * The same port, except that the n-th call through any of the ports that share `counted` fails: before it is
 * carried out, or after it was while its answer is lost.
 */
export const faulty = <Port extends object>(port: Port, counted: Counted): Port =>
  new Proxy(port, {
    get: (target, name, receiver) => {
      const member = Reflect.get(target, name, receiver)
      if (typeof member !== 'function') return member
      return async (...input: unknown[]) => {
        counted.calls += 1
        const isHit = counted.calls === counted.at
        if (isHit && counted.when === 'before') throw new Fault(`before ${String(name)}`)
        const answer = await member.apply(target, input)
        if (isHit) throw new Fault(`after ${String(name)}`)
        return answer
      }
    },
  })
