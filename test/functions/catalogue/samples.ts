import { type NationalRecord, nationalRecord } from '../../../functions/catalogue/model.ts'
import { readNationalRecords } from '../../../functions/catalogue/national-records.ts'
import type { Agency, Overlay } from '../../../shared/province.ts'

const records = readNationalRecords().map((record) => nationalRecord.parse(record))

/** The national record of the repository with this code. */
export const recordOf = (code: string): NationalRecord => {
  const record = records.find((known) => known.code === code)
  if (!record) throw new Error(`no record ${code}`)
  return structuredClone(record)
}

export const residence = '1.004222'
export const birth = '1.001193'
export const criminalRecord = '2.000488'

export const police: Agency = {
  code: 'H42.101',
  name: { vi: 'Công an phường Hoa Lư', en: 'Police of Hoa Lu Ward' },
  level: 'commune',
  address: 'phường Hoa Lư',
  validFrom: '2025-07-01',
}

export const overlay: Overlay = { level: 'full', agencies: ['H42.101'], validFrom: '2025-07-01' }

const requester = {
  fullName: 'Nguyễn Thị Hoa',
  personalId: '037190001234',
  dateOfBirth: '1990-05-20',
  gender: 'female',
  phone: '0912345678',
}

/** The fewest answers each form accepts. */
export const fewest: Record<string, Record<string, unknown>> = {
  [residence]: {
    requester,
    householdType: 'new-household',
    address: { provinceCode: '37', communeCode: '13669', detail: 'Số 1, đường Trần Hưng Đạo' },
  },
  [birth]: {
    requester: {
      fullName: 'Nguyễn Thị Hoa',
      personalId: '037190001234',
      relationship: 'mother',
      phone: '+84912345678',
      address: 'Phường Hoa Lư',
    },
    child: {
      surname: 'Trần',
      givenName: 'An',
      dateOfBirth: '2026-11-01',
      gender: 'male',
      placeOfBirth: 'Bệnh viện Sản - Nhi',
      ethnicity: 'Kinh',
      nationality: 'Việt Nam',
      nativePlace: 'Ninh Bình',
    },
    birthEvidence: 'abandoned',
  },
  [criminalRecord]: {
    requester: { ...requester, nationality: 'Việt Nam', permanentAddress: 'Phường Hoa Lư' },
    certificateKind: 'no1',
    purpose: 'Xin việc làm',
  },
}
