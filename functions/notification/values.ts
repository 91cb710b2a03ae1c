import { dong, spokenMoney } from '../../shared/money.ts'
import type { Province } from '../../shared/province.ts'
import type { Language } from '../../shared/text.ts'
import { fromIso, spoken } from '../../shared/time.ts'
import type { DossierFacts, PaymentFacts } from './model.ts'
import { addressableName, oneLine } from './plain-text.ts'

/** Where a province's public pages tell of a dossier and of a receipt. */
export const pagesOf = (province: Province) => {
  const lookup = `${province.publicUrl.replace(/\/+$/, '')}/tra-cuu`
  return {
    tracking: (code: string): string => `${lookup}?ma=${encodeURIComponent(code.toWellFormed())}`,
    receipt: (id: string): string => `${lookup}?bien-nhan=${encodeURIComponent(id.toWellFormed())}`,
  }
}

/** `09:05 ngày 21/11/2026`, or the same for readers of English. */
const moment = (iso: string, language: Language): string => {
  const vietnamese = spoken(fromIso(iso))
  return language === 'vi' ? vietnamese : `${vietnamese.replace('ngày', 'on')} (Vietnam time)`
}

const dueText = (dueAt: string | null, language: Language): string => {
  if (dueAt === null)
    return language === 'vi'
      ? 'Thời hạn giải quyết được tính từ khi hồ sơ được tiếp nhận.'
      : 'The time limit begins when it is received.'
  return language === 'vi'
    ? `Thời hạn giải quyết: ${moment(dueAt, 'vi')}.`
    : `It is due at ${moment(dueAt, 'en')}.`
}

/** What was paid, line by line, and how to find it at the provider; empty in a message about no payment. */
const paymentValues = (payment: PaymentFacts | undefined, language: Language) => ({
  amount: payment ? spokenMoney(dong(payment.amount)) : '',
  feeLines: (payment?.lines ?? [])
    .map(({ name, amount }) => `${oneLine(name, 200)}: ${spokenMoney(dong(amount))}`)
    .join('; '),
  paidAt: payment ? moment(payment.paidAt, language) : '',
  transactionNo: oneLine(payment?.transactionNo ?? '', 64),
  paymentProvider: oneLine(payment?.provider.toUpperCase() ?? '', 40),
})

/** The values a stored inbox entry may show: neither the PIN nor the name is among them. */
export const inboxValues = (facts: DossierFacts, language: Language) => ({
  code: oneLine(facts.code, 64),
  procedure: oneLine(facts.procedureName, 300),
  agency: oneLine(facts.agencyName[language], 200),
  submittedAt: moment(facts.submittedAt, language),
  due: dueText(facts.dueAt, language),
  ...paymentValues(facts.payment, language),
})

/** The values a letter may show. */
export const letterValues = (facts: DossierFacts, province: Province, language: Language) => {
  const pages = pagesOf(province)
  const stranger = language === 'vi' ? 'Quý công dân' : 'Sir or Madam'
  return {
    ...inboxValues(facts, language),
    name: addressableName(facts.applicantName) || stranger,
    pin: oneLine(facts.trackingPin, 16),
    receiptId: oneLine(facts.receiptId, 64),
    trackingPage: pages.tracking(oneLine(facts.code, 64)),
    receiptPage: pages.receipt(oneLine(facts.receiptId, 64)),
    office: language === 'vi' ? province.mail.name : `One-stop portal of ${province.name.en}`,
    site: province.publicUrl,
    contact: province.mail.replyTo ?? province.publicUrl,
  }
}

export type InboxValues = ReturnType<typeof inboxValues>
export type LetterValues = ReturnType<typeof letterValues>
