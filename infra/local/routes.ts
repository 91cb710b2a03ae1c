import type { LoadedFunction } from './functions.ts'

/** Where a request goes. */
export interface Match {
  routeKey: string
  params: Record<string, string> | undefined
  target: LoadedFunction
}

interface Route {
  method: string
  segments: readonly string[]
  routeKey: string
  target: LoadedFunction
}

const routesOf = (functions: readonly LoadedFunction[]): Route[] =>
  functions.flatMap((target) =>
    target.entry.trigger.kind !== 'http'
      ? []
      : target.entry.trigger.contracts.map(({ method, path }) => ({
          method,
          segments: path.split('/'),
          routeKey: `${method} ${path}`,
          target,
        })),
  )

const decoded = (path: string): string[] | undefined => {
  try {
    return path.split('/').map(decodeURIComponent)
  } catch {
    return undefined
  }
}

const nameOf = (segment: string): string | undefined => /^\{(\w+)\}$/.exec(segment)?.[1]

/** The parameters of a path on a route; undefined when it is another route's. A parameter is never empty. */
const paramsOn = (route: Route, segments: readonly string[]): Record<string, string> | undefined => {
  if (route.segments.length !== segments.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, wanted] of route.segments.entries()) {
    const given = segments[index] ?? ''
    const name = nameOf(wanted)
    if (name === undefined && wanted !== given) return undefined
    if (name !== undefined && given === '') return undefined
    if (name !== undefined) params[name] = given
  }
  return params
}

/** Chooses as API Gateway does: the route with the most literal segments wins, `$default` takes the rest. */
export const createRouter = (functions: readonly LoadedFunction[]) => {
  const literal = (route: Route): number => route.segments.filter((s) => nameOf(s) === undefined).length
  const routes = routesOf(functions).sort((a, b) => literal(b) - literal(a))
  const fallback = functions.find(({ entry }) => entry.trigger.kind === 'http' && entry.trigger.isDefault)
  return (method: string, path: string): Match | undefined => {
    const segments = decoded(path)
    for (const route of segments ? routes : []) {
      const params = route.method === method ? paramsOn(route, segments ?? []) : undefined
      if (params)
        return {
          routeKey: route.routeKey,
          params: Object.keys(params).length > 0 ? params : undefined,
          target: route.target,
        }
    }
    return fallback && { routeKey: '$default', params: undefined, target: fallback }
  }
}
