/** How often a property is tried: the given count, and fifty times as often in the deep run. */
export const runs = (count: number): number => (isDeep ? count * 50 : count)

export const isDeep = process.env.MOTCUA_DEEP === '1'
