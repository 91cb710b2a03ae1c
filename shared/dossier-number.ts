import { agencyCode } from './agency-code.ts'
import { type ProvinceUnit, provinceByAgencyCode } from './province-codes.ts'
import { dateText } from './time.ts'

/** What a number shows about itself. Dossiers keep these as fields; only numbers from elsewhere are read back. */
export interface DossierNumber {
  /**
   * `ordinary`: as we write it. `centralised`: it has the form of the national service as well (Circular
   * 03/2025/TT-VPCP, art. 13), which the number alone cannot decide. `imported`: seen, never written by us.
   */
  kind: 'ordinary' | 'centralised' | 'imported'
  agency: string
  /** The Vietnamese date in it. */
  date: string
}

const ordinary = /^((?:\d{3}\.\d{2}\.\d{2,3}\.)?[A-Y]\d{2}(?:\.[0-9A-Z]{2,3}){0,8})-(\d{6})-(\d{4,20})$/
const centralised = /^[A-Y]\d{2}\.[0-9A-Z]{3}(?:\.[0-9A-Z]{2})?-\d{6}-\d{6,22}$/
const imported = /^([A-Y]\d{2}\.\d{2})-(\d{8})-(\d{4,20})$/

const dated = (digits: string): string => `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`

/** Mã số hồ sơ of any kind in use, or undefined for any other text. */
export const readDossierNumber = (text: string): DossierNumber | undefined => {
  const own = ordinary.exec(text)
  const [, agency = '', digits = ''] = own ?? imported.exec(text) ?? []
  const date = dated(own ? `20${digits}` : digits)
  if (!agencyCode.safeParse(agency).success || !dateText.safeParse(date).success) return undefined
  if (!own) return { kind: 'imported', agency, date }
  return { kind: centralised.test(text) ? 'centralised' : 'ordinary', agency, date }
}

/** The province of the agency that gave a number, in the table of the number's own date. */
export const provinceOfNumber = ({ agency, date }: DossierNumber): ProvinceUnit | undefined =>
  provinceByAgencyCode(agency, date)
