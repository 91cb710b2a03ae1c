import { type Entry, entries } from '../../functions/entries.ts'

/** The trigger of an entry of that kind. */
export type TriggerOf<Kind extends Entry['trigger']['kind']> = Extract<Entry['trigger'], { kind: Kind }>

/** The entry of that name, which must be triggered in that way. */
export const entryOf = <Kind extends Entry['trigger']['kind']>(
  name: string,
  kind: Kind,
): Entry & { trigger: TriggerOf<Kind> } => {
  const entry = entries.find((one) => one.name === name)
  if (entry?.trigger.kind !== kind)
    throw new Error(`there is no entry ${name} with a trigger of kind ${kind}`)
  return entry as Entry & { trigger: TriggerOf<Kind> }
}
