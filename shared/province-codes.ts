/** Since this date a merged province may carry a number that used to mean another one. */
export const mergedOn = '2025-07-01'

export type Scheme = 'pre2025' | '2025'

export interface ProvinceUnit {
  scheme: Scheme
  code: string
  name: string
  /** For a unit of before: the code of 2025 in which it lives on, often its own. */
  mergedInto?: string
}

const merged: Readonly<Record<string, string>> = {
  '01': 'Hà Nội',
  '04': 'Cao Bằng',
  '08': 'Tuyên Quang',
  '11': 'Điện Biên',
  '12': 'Lai Châu',
  '14': 'Sơn La',
  '15': 'Lào Cai',
  '19': 'Thái Nguyên',
  '20': 'Lạng Sơn',
  '22': 'Quảng Ninh',
  '24': 'Bắc Ninh',
  '25': 'Phú Thọ',
  '31': 'Hải Phòng',
  '33': 'Hưng Yên',
  '37': 'Ninh Bình',
  '38': 'Thanh Hóa',
  '40': 'Nghệ An',
  '42': 'Hà Tĩnh',
  '44': 'Quảng Trị',
  '46': 'Huế',
  '48': 'Đà Nẵng',
  '51': 'Quảng Ngãi',
  '52': 'Gia Lai',
  '56': 'Khánh Hòa',
  '66': 'Đắk Lắk',
  '68': 'Lâm Đồng',
  '75': 'Đồng Nai',
  '79': 'Hồ Chí Minh',
  '80': 'Tây Ninh',
  '82': 'Đồng Tháp',
  '86': 'Vĩnh Long',
  '91': 'An Giang',
  '92': 'Cần Thơ',
  '96': 'Cà Mau',
}

/** Code before the mergers, first group of its agency codes, name, code of 2025. */
const before: readonly (readonly [code: string, agencies: string, name: string, mergedInto: string])[] = [
  ['01', 'H26', 'Hà Nội', '01'],
  ['02', 'H22', 'Hà Giang', '08'],
  ['04', 'H14', 'Cao Bằng', '04'],
  ['06', 'H03', 'Bắc Kạn', '19'],
  ['08', 'H60', 'Tuyên Quang', '08'],
  ['10', 'H38', 'Lào Cai', '15'],
  ['11', 'H18', 'Điện Biên', '11'],
  ['12', 'H35', 'Lai Châu', '12'],
  ['14', 'H52', 'Sơn La', '14'],
  ['15', 'H63', 'Yên Bái', '15'],
  ['17', 'H28', 'Hòa Bình', '25'],
  ['19', 'H55', 'Thái Nguyên', '19'],
  ['20', 'H37', 'Lạng Sơn', '20'],
  ['22', 'H49', 'Quảng Ninh', '22'],
  ['24', 'H02', 'Bắc Giang', '24'],
  ['25', 'H44', 'Phú Thọ', '25'],
  ['26', 'H62', 'Vĩnh Phúc', '25'],
  ['27', 'H05', 'Bắc Ninh', '24'],
  ['30', 'H23', 'Hải Dương', '31'],
  ['31', 'H24', 'Hải Phòng', '31'],
  ['33', 'H31', 'Hưng Yên', '33'],
  ['34', 'H54', 'Thái Bình', '33'],
  ['35', 'H25', 'Hà Nam', '37'],
  ['36', 'H40', 'Nam Định', '37'],
  ['37', 'H42', 'Ninh Bình', '37'],
  ['38', 'H56', 'Thanh Hóa', '38'],
  ['40', 'H41', 'Nghệ An', '40'],
  ['42', 'H27', 'Hà Tĩnh', '42'],
  ['44', 'H46', 'Quảng Bình', '44'],
  ['45', 'H50', 'Quảng Trị', '44'],
  ['46', 'H57', 'Thừa Thiên Huế', '46'],
  ['48', 'H17', 'Đà Nẵng', '48'],
  ['49', 'H47', 'Quảng Nam', '48'],
  ['51', 'H48', 'Quảng Ngãi', '51'],
  ['52', 'H08', 'Bình Định', '52'],
  ['54', 'H45', 'Phú Yên', '66'],
  ['56', 'H32', 'Khánh Hòa', '56'],
  ['58', 'H43', 'Ninh Thuận', '56'],
  ['60', 'H11', 'Bình Thuận', '68'],
  ['62', 'H34', 'Kon Tum', '51'],
  ['64', 'H21', 'Gia Lai', '52'],
  ['66', 'H15', 'Đắk Lắk', '66'],
  ['67', 'H16', 'Đắk Nông', '68'],
  ['68', 'H36', 'Lâm Đồng', '68'],
  ['70', 'H10', 'Bình Phước', '75'],
  ['72', 'H53', 'Tây Ninh', '80'],
  ['74', 'H09', 'Bình Dương', '79'],
  ['75', 'H19', 'Đồng Nai', '75'],
  ['77', 'H06', 'Bà Rịa - Vũng Tàu', '79'],
  ['79', 'H29', 'Hồ Chí Minh', '79'],
  ['80', 'H39', 'Long An', '80'],
  ['82', 'H58', 'Tiền Giang', '82'],
  ['83', 'H07', 'Bến Tre', '86'],
  ['84', 'H59', 'Trà Vinh', '86'],
  ['86', 'H61', 'Vĩnh Long', '86'],
  ['87', 'H20', 'Đồng Tháp', '82'],
  ['89', 'H01', 'An Giang', '91'],
  ['91', 'H33', 'Kiên Giang', '91'],
  ['92', 'H13', 'Cần Thơ', '92'],
  ['93', 'H30', 'Hậu Giang', '92'],
  ['94', 'H51', 'Sóc Trăng', '92'],
  ['95', 'H04', 'Bạc Liêu', '96'],
  ['96', 'H12', 'Cà Mau', '96'],
]

const tables: Readonly<Record<Scheme, ReadonlyMap<string, ProvinceUnit>>> = {
  '2025': new Map(Object.entries(merged).map(([code, name]) => [code, { scheme: '2025', code, name }])),
  pre2025: new Map(
    before.map(([code, , name, mergedInto]) => [code, { scheme: 'pre2025', code, name, mergedInto }]),
  ),
}

const byAgencies = new Map(before.map(([code, agencies]) => [agencies, code]))

/** Every unit of a table. */
export const provincesOf = (scheme: Scheme): readonly ProvinceUnit[] => [...tables[scheme].values()]

/** The province of a two-digit code. A code means nothing without its table: 24 was Bắc Giang and is Bắc Ninh. */
export const provinceOf = (scheme: Scheme, code: string): ProvinceUnit | undefined => tables[scheme].get(code)

/** The province of 2025 in which a province of before lives on. */
export const successorOf = (oldCode: string): ProvinceUnit | undefined => {
  const mergedInto = provinceOf('pre2025', oldCode)?.mergedInto
  return mergedInto === undefined ? undefined : provinceOf('2025', mergedInto)
}

/** The table in which codes of a date are to be read. */
export const schemeOn = (date: string): Scheme => (date < mergedOn ? 'pre2025' : '2025')

/**
 * The province an agency code belonged to on a date, from its first group: `H23`, `H23.12` or `000.00.12.H23`.
 * Agencies outside the provinces (ministries, G…) have none.
 */
export const provinceByAgencyCode = (agency: string, date: string): ProvinceUnit | undefined => {
  const group = agency.split('.').find((part) => /^H\d{2}$/.test(part))
  const oldCode = group === undefined ? undefined : byAgencies.get(group)
  if (oldCode === undefined) return undefined
  return schemeOn(date) === 'pre2025' ? provinceOf('pre2025', oldCode) : successorOf(oldCode)
}
