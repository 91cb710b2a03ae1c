import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import * as z from 'zod'
import { mistakesIn, type Province, provinceSchema } from '../../shared/province.ts'

const root = resolve(import.meta.dirname, '../..')
export const provinceFolder = join(root, 'infra/provinces')
const nationalFolder = join(root, 'functions/catalogue/data')

/** What a province may change of a national record; the catalogue reads the whole of it. */
const nationalRecord = z.object({
  code: z.string(),
  channels: z.array(z.string()),
  timeLimit: z.object({ value: z.number(), unit: z.string() }),
})
export type NationalFrame = z.infer<typeof nationalRecord>

const jsonFilesOf = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name))

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'))

export const readNationalFrames = (): ReadonlyMap<string, NationalFrame> =>
  new Map(
    jsonFilesOf(nationalFolder).map((file) => {
      const record = nationalRecord.parse(readJson(file))
      return [record.code, record]
    }),
  )

/** What the overlays of a province may not do to the national records. */
const overlayMistakes = (province: Province, national: ReadonlyMap<string, NationalFrame>): string[] =>
  Object.entries(province.procedures).flatMap(([code, { timeLimitValue, channels = [] }]) => {
    const at = `procedures.${code}`
    const record = national.get(code)
    if (!record) return [`${at}: there is no national record; add functions/catalogue/data/${code}.json`]
    const { value, unit } = record.timeLimit
    return [
      ...((timeLimitValue ?? 0) > value
        ? [
            `${at}.timeLimitValue: longer than the national limit (${value} ${unit}); a province may only shorten it`,
          ]
        : []),
      ...channels
        .filter((channel) => !record.channels.includes(channel))
        .map((channel) => `${at}.channels: the national record does not allow ${channel}; leave it out`),
    ]
  })

/** A province file, its name and the text in it. */
export interface ProvinceFile {
  file: string
  province: Province
}

const mistakesOfFile = (
  file: string,
  json: unknown,
  national: ReadonlyMap<string, NationalFrame>,
): string[] => {
  const { code } = json as { code?: unknown }
  const inside = mistakesIn(json)
  return [
    ...(typeof code === 'string' && basename(file) !== `${code}.json`
      ? [`code: is ${code} in the file ${basename(file)}; the file of a province is named by its code`]
      : []),
    ...inside,
    ...(inside.length === 0 ? overlayMistakes(provinceSchema.parse(json), national) : []),
  ]
}

/** Every province, or one error with every mistake in every file: file, place, what is wrong and what to do. */
export const readProvinceFiles = (folder: string = provinceFolder): ProvinceFile[] => {
  const national = readNationalFrames()
  const read = jsonFilesOf(folder).map((file) => {
    try {
      return { file, json: readJson(file), problems: [] as string[] }
    } catch (error) {
      return { file, json: undefined, problems: [`the file: is not JSON (${(error as Error).message})`] }
    }
  })
  const owner = new Map<unknown, string>()
  const all = read.flatMap(({ file, json, problems }) => {
    const { code } = (json ?? {}) as { code?: unknown }
    const other = code === undefined ? undefined : owner.get(code)
    if (other === undefined) owner.set(code, file)
    return [
      ...problems,
      ...(other ? [`code: ${code} is also the code of ${basename(other)}; a province has one file`] : []),
      ...(json === undefined ? [] : mistakesOfFile(file, json, national)),
    ].map((problem) => `${basename(file)}: ${problem}`)
  })
  if (all.length > 0)
    throw new Error(`mistakes in the province files:\n${all.map((text) => `  ${text}`).join('\n')}`)
  return read.map(({ file, json }) => ({ file, province: provinceSchema.parse(json) }))
}
