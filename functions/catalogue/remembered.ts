/** A memory of at most `most` answers; the one that was not asked for longest goes first. */
export const remembered = <Value>(most: number) => {
  const held = new Map<string, Value>()
  return {
    get: (key: string): Value | undefined => {
      const value = held.get(key)
      if (value === undefined) return undefined
      held.delete(key)
      held.set(key, value)
      return value
    },
    set: (key: string, value: Value): void => {
      held.delete(key)
      held.set(key, value)
      const oldest = held.keys().next()
      if (held.size > most && !oldest.done) held.delete(oldest.value)
    },
    forget: (key: string): void => {
      held.delete(key)
    },
  }
}
