/** How often a property is tried: the given count, and ten times as often in the deep run. */
export const runs = (count: number): number => (isDeep ? count * 10 : count)

export const isDeep = process.env.MOTCUA_DEEP === '1'
