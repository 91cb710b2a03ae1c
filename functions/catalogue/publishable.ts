import type { Agency, Overlay } from '../../shared/province.ts'
import { feeProblems } from './fees.ts'
import { formProblems } from './form-rules.ts'
import { fieldAt, stepsOf } from './form-schema.ts'
import { type DraftProcedure, type NationalRecord, onlineChannels } from './model.ts'

export type Publishable = { ok: true; draft: DraftProcedure } | { ok: false; problems: string[] }

/** An item of the store may have 400 KB; the rest is room for names, keys and the event beside it. */
const mostBytes = 300_000

const twice = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index)

/** Pointers that lead to no field, cases that do not exist, ids given twice. */
const referenceProblems = (record: NationalRecord): string[] => {
  const pointers = [
    ...Object.values(record.contact),
    record.applicantName,
    ...Object.values(record.feeFactors),
    ...record.cases.flatMap((known) => known.requires ?? []),
    ...record.components.map((component) => component.conditionalOn?.pointer),
  ].filter((pointer) => pointer !== undefined)
  const cases = record.cases.map((known) => known.code)
  const used = [...record.components, ...record.fees].flatMap((part) => part.cases ?? [])
  const ids = record.components.map((component) => component.id)
  return [
    ...pointers
      .filter((pointer) => !fieldAt(record.form, stepsOf(pointer)))
      .map((pointer) => `the form has no field ${pointer}`),
    ...used.filter((code) => !cases.includes(code)).map((code) => `there is no case ${code}`),
    ...[...twice(cases), ...twice(ids)].map((code) => `${code} is given twice`),
  ]
}

/** A procedure that only informs takes no electronic dossier. */
const channelsOf = (national: NationalRecord, overlay: Overlay): DraftProcedure['channels'] => {
  const wanted = overlay.channels ?? national.channels
  return overlay.level === 'information' ? wanted.filter((c) => !onlineChannels.includes(c)) : wanted
}

const overlayProblems = (national: NationalRecord, overlay: Overlay): string[] => {
  const problems = (overlay.channels ?? [])
    .filter((channel) => !national.channels.includes(channel))
    .map((channel) => `the national record does not allow the channel ${channel}`)
  if (channelsOf(national, overlay).length === 0) problems.push('no channel is left')
  if ((overlay.timeLimitValue ?? 0) > national.timeLimit.value)
    problems.push(`a province may shorten the time limit of ${national.timeLimit.value}, not lengthen it`)
  return problems
}

/**
 * National record and provincial overlay in one, or every reason why they cannot be published together. The
 * agencies are those of the province; each one the overlay names must exist on the given date.
 */
export const publishable = (
  national: NationalRecord,
  overlay: Overlay,
  agencies: readonly Agency[],
  on: string,
): Publishable => {
  const problems = [
    ...referenceProblems(national),
    ...formProblems(national.form),
    ...feeProblems(national),
    ...overlayProblems(national, overlay),
  ]
  const resolving = overlay.agencies.flatMap((code) => {
    const agency = agencies.find(
      (known) =>
        known.code === code && known.validFrom <= on && (known.validTo === undefined || on <= known.validTo),
    )
    if (!agency) problems.push(`there is no agency ${code} on ${on}`)
    return agency ? [{ code, name: agency.name.vi, nameEn: agency.name.en }] : []
  })
  const draft: DraftProcedure = {
    ...national,
    level: overlay.level,
    ...(overlay.levelReason
      ? { levelReason: overlay.levelReason.vi, levelReasonEn: overlay.levelReason.en }
      : {}),
    channels: channelsOf(national, overlay),
    timeLimit: { ...national.timeLimit, value: overlay.timeLimitValue ?? national.timeLimit.value },
    agencies: resolving,
  }
  if (Buffer.byteLength(JSON.stringify(draft)) > mostBytes) problems.push(`larger than ${mostBytes} bytes`)
  return problems.length === 0 ? { ok: true, draft } : { ok: false, problems }
}
