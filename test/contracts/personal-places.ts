import { tableName } from '../../infra/local/tables-setup.ts'

/** What one citizen says and is, each of it found nowhere else in the world. */
export const secrets = {
  name: 'Quách Thị Ngàn Sao',
  personalId: '037191234987',
  phone: '0987650123',
  email: 'ngan.sao.9f3@vidu.vn',
  address: 'Ngõ 77 đường Chim Lạc',
  child: 'Thạch Anh Tím',
  fileName: 'giay-sinh-be-Tim-9f3.pdf',
} as const
export type Secret = keyof typeof secrets

export const everything = Object.keys(secrets) as Secret[]

/** Where a text came from, and what of a person may stand in it. */
export const places = {
  'a problem document': [],
  'a log line': [],
  'an event in the outbox': [],
  'a message in a queue or a dead-letter queue': [],
  'a key of an item or an index': [],
  'the name of an object': [],
  'the address of a request': [],
  'an upload form': [],
  // It makes the browser store the file under the name it was given.
  'a download address': ['fileName'],
  'a receipt': [],
  'a public answer': [],
  'the head of a dossier': [],
  'the content of a dossier': everything,
  'the head of a document': ['fileName'],
  'another item': [],
  'a recorded answer to the owner': everything,
  'a payment, its messages and the ledger': [],
  'an order at a payment provider': [],
  'an answer to a payment provider': [],
  'an entry of the inbox': [],
  'a letter': ['name', 'email'],
  'a view of the owner': everything,
} as const satisfies Readonly<Record<string, readonly Secret[]>>
export type Place = keyof typeof places

/** Where an item of a table belongs. */
export const placeOf = (table: string, { pk, sk }: { pk: string; sk: string }): Place => {
  if (table === tableName('payment')) {
    // Whose payment it is stands in no item of it but as a keyed hash, so not in a recorded answer either.
    return sk.startsWith('event#') ? 'an event in the outbox' : 'a payment, its messages and the ledger'
  }
  if (sk.startsWith('event#')) return 'an event in the outbox'
  if (sk.startsWith('reply#')) return 'a recorded answer to the owner'
  if (sk === 'dossier#content') return 'the content of a dossier'
  if (sk === 'dossier#head') return 'the head of a dossier'
  if (pk.startsWith('receipt#')) return 'a receipt'
  if (pk.startsWith('document#')) return 'the head of a document'
  return sk.startsWith('inbox#') ? 'an entry of the inbox' : 'another item'
}

/** The attributes that tables and indexes are found by. */
export const keyNames = [
  'pk',
  'sk',
  'ownerRef',
  'ownerSort',
  'awaiting',
  'createdAt',
  'expiring',
  'expiresAt',
  'unpublished',
  'unpublishedAt',
]

/** Letters alone, as in what a payment provider is told. */
const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D')

/** Also as URLs, forms, base64 and escaped JSON have it. */
const formsOf = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').slice(0, -4),
  secret.normalize('NFD'),
  plain(secret),
  ...[secret, plain(secret)].map((text) => `${new URLSearchParams({ text })}`.slice('text='.length)),
]

export const found: { place: Place; text: string }[] = []
export const put = (place: Place, text: string | undefined): void =>
  void (text && found.push({ place, text }))

/** Texts that hold what may not be there. */
export const leaks = (): string[] =>
  found.flatMap(({ place, text }) =>
    everything
      .filter((secret) => !(places[place] as readonly Secret[]).includes(secret))
      .filter((secret) => formsOf(secrets[secret]).some((form) => text.includes(form)))
      .map((secret) => `${secret} in ${place}: ${text.slice(0, 400)}`),
  )
