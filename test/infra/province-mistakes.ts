type Changes = Readonly<Record<string, unknown>>

const day = (date: string) => ({ date, kind: 'off', name: { vi: 'Nghỉ', en: 'Off' } })
const old = '000.00.05.H23'
const agencyOf2025 = {
  code: '000.00.05.H24',
  name: { vi: 'Công an', en: 'Police' },
  level: 'province',
  address: 'Hải Phòng',
  validFrom: '2026-01-01',
}

/**
 * Mistakes in the file of Hải Phòng: the place a person is shown, a part of what they are told, and what was
 * changed. Agency 0 is the police of the city, agency 1 that of Hải Dương, which ended.
 */
export const mistakes: readonly (readonly [place: string, said: RegExp, changes: Changes])[] = [
  ['code', /none of the 34 codes/, { code: '99' }],
  ['code', /Hải Dương is part of 31/, { code: '30' }],
  ['the file', /Unrecognized key: "nmae"/, { nmae: 'Hải Phòng' }],
  ['publicUrl', /https/, { publicUrl: 'http://motcua.haiphong.gov.vn' }],
  ['agencies.1.code', /pattern/, { 'agencies/1/code': 'h23' }],
  ['agencies.1.validTo', /ends before it begins \(2021-01-01\)/, { 'agencies/1/validTo': '2020-12-31' }],
  ['agencies.1.validTo', /Invalid/, { 'agencies/1/validTo': '2025-06-31' }],
  ['agencies.1.replacedBy', /no agency H24\.999/, { 'agencies/1/replacedBy': 'H24.999' }],
  ['agencies.1.replacedBy', /give its validTo/, { 'agencies/1/validTo': undefined }],
  ['agencies.1.replacedBy', /replaced by itself/, { 'agencies/1/replacedBy': old }],
  [
    'agencies.0.replacedBy',
    /replaced by itself/,
    { 'agencies/0/validTo': '2026-12-31', 'agencies/0/replacedBy': old },
  ],
  ['agencies.8.code', /in force twice at once \(also agencies\.0\)/, { 'agencies/8': agencyOf2025 }],
  // The last day of the first is the first of the second.
  [
    'agencies.8.code',
    /also agencies\.1\b/,
    { 'agencies/8': { ...agencyOf2025, code: old, validFrom: '2025-06-30' } },
  ],
  ['agencies.2.code', /a code of Tuyên Quang \(08\)/, { 'agencies/2/code': 'H22.101' }],
  ['issuers.0.actors', /./, { 'issuers/0/actors': [] }],
  ['issuers.1.iss', /given twice \(also issuers\.0\)/, { 'issuers/1/iss': 'https://sso.dichvucong.gov.vn' }],
  ['issuers.0.jwksUri', /use https/, { 'issuers/0/jwksUri': 'http://sso.dichvucong.gov.vn/jwks' }],
  [
    'issuers',
    /no issuer may name citizens/,
    { 'issuers/0/actors': ['portal'], 'issuers/2/actors': ['portal'] },
  ],
  ['cors.origins.0', /write https:\/\/a\.vn$/, { 'cors/origins/0': 'https://a.vn/portal' }],
  ['cors.origins.0', /no slash at its end/, { 'cors/origins/0': 'https://a.vn/' }],
  ['cors.origins.0', /speaks https/, { 'cors/origins/0': 'http://a.vn' }],
  ['cors.origins.1', /given twice/, { 'cors/origins/1': 'https://dichvucong.gov.vn' }],
  ['cors.origins.0', /URL/, { 'cors/origins/0': '*' }],
  ['mail.from', /gmail\.com is not a domain of motcua\.haiphong/, { 'mail/from': 'motcua@gmail.com' }],
  ['documents.maxFileBytes', /larger than a whole dossier/, { 'documents/maxDossierBytes': 1000 }],
  ['documents.maxDossierFiles', /<=40/, { 'documents/maxDossierFiles': 41 }],
  ['concurrency.inspect', /at least 2/, { 'concurrency/inspect': 1 }],
  ['concurrency.notify', /at least 2/, { 'concurrency/notify': 1 }],
  ['concurrency.paymentWebhook', />=1/, { 'concurrency/paymentWebhook': 0 }],
  ['logRetentionMonths', /at least 24/, { logRetentionMonths: 23 }],
  ['aws.account', /needs the account/, { 'aws/account': undefined }],
  [
    'edge.certificateArn',
    /us-east-1/,
    { 'edge/certificateArn': 'arn:aws:acm:ap-southeast-1:1:certificate/1' },
  ],
  ['edge.certificateArn', /take one of account 444455556666/, { 'aws/account': '444455556666' }],
  ['edge.domain', /name of a host/, { 'edge/domain': 'https://api.haiphong.gov.vn' }],
  ['calendar.nationalYears.0', /holidays of 2031 are not known/, { 'calendar/nationalYears': ['2031'] }],
  ['calendar.hours', /no default hours/, { 'calendar/hours/0/agencies': ['H24.101'] }],
  [
    'calendar.hours.1.validFrom',
    /two sets of hours/,
    { 'calendar/hours/1': { validFrom: '2025-07-01', week: {} } },
  ],
  ['calendar.hours.1.agencies.0', /no agency H24\.999/, { 'calendar/hours/1/agencies/0': 'H24.999' }],
  ['calendar.hours.0.week.mon.0', /ends before it begins/, { 'calendar/hours/0/week/mon': ['12:00-08:00'] }],
  [
    'calendar.hours.0.week.mon.1',
    /put them in order/,
    { 'calendar/hours/0/week/mon': ['08:00-12:00', '11:59-17:00'] },
  ],
  ['calendar.hours.0.week.mon.0', /write a span/, { 'calendar/hours/0/week/mon': ['8-12'] }],
  ['calendar.days.1.date', /given twice/, { 'calendar/days': [day('2026-05-13'), day('2026-05-13')] }],
  ['calendar.days.0.date', /a national day already/, { 'calendar/days': [day('2026-09-02')] }],
  ['procedures.1.004222.agencies.0', /no agency H24\.999/, { 'procedures/1.004222/agencies/0': 'H24.999' }],
  [
    'procedures.1.004222.agencies.0',
    /ended on 2025-06-30 .* name H24\.172 instead/,
    { 'procedures/1.004222/agencies/0': '000.00.32.H23' },
  ],
  [
    'procedures.1.004222.agencies.0',
    /begins on 2025-07-01/,
    { 'procedures/1.004222/validFrom': '2025-06-30' },
  ],
  ['procedures.1.004222.agencies.1', /named twice/, { 'procedures/1.004222/agencies/1': 'H24.102' }],
  ['procedures.1.004222.levelReason', /not wholly online/, { 'procedures/1.004222/level': 'partial' }],
]
