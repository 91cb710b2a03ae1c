import * as z from 'zod'
import type { Place } from '../../../shared/events.ts'
import type { Provider, ProviderKind } from './provider.ts'
import { vnpay } from './vnpay.ts'

/** Every provider there is. Adding one is its file and one line here. */
export const providerKinds = [vnpay] as const

type Both<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never
type Shape = Both<(typeof providerKinds)[number]['settings']['shape']>

/** The variables of all providers together. */
export const providerSettings = z.object(
  Object.assign({}, ...providerKinds.map(({ settings }) => settings.shape)) as Shape,
)

/** The providers with their settings, by name. */
export const createProviders = (
  given: z.output<typeof providerSettings>,
  place: Place,
): ReadonlyMap<string, Provider> =>
  new Map(
    (providerKinds as readonly ProviderKind[]).map((kind) => [kind.name, kind.create(given as never, place)]),
  )
