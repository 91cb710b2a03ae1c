import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bundles } from './bundle.ts'

/** Lays out what is deployed for a province: for each entry a folder with its code and the province file. */
export const layOut = (bundles: Bundles, provinceFile: string, outdir: string): string => {
  rmSync(outdir, { recursive: true, force: true })
  for (const [entry, { file }] of bundles) {
    const folder = join(outdir, entry)
    mkdirSync(folder, { recursive: true })
    copyFileSync(file, join(folder, 'index.js'))
    copyFileSync(provinceFile, join(folder, 'province.json'))
  }
  return outdir
}
