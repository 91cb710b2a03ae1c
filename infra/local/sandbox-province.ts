import { join } from 'node:path'
import { type Issuer, type Province, readProvince } from '../../shared/province.ts'
import { writeJsonFile } from './json-file.ts'

/**
 * The province as the sandbox has it: its own environment name, which is inside every event and receipt, and
 * one more issuer. Written as a file because functions read their province from one.
 */
export const writeSandboxProvince = (directory: string, province: Province, issuer: Issuer): string => {
  const file = join(directory, 'province.json')
  const sandbox: Province = {
    ...province,
    environment: 'sandbox',
    issuers: [...province.issuers.filter(({ iss }) => iss !== issuer.iss), issuer],
  }
  writeJsonFile(file, sandbox)
  readProvince(file)
  return file
}
