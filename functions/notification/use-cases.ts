import type { Citizen, Command, Outcome } from '../../shared/contract.ts'
import type { Envelope } from '../../shared/events.ts'
import type { Province } from '../../shared/province.ts'
import { fromIso, toIso } from '../../shared/time.ts'
import { composeEntry, composeLetter } from './compose.ts'
import type {
  Channel,
  ChosenPreferences,
  Correspondence,
  Inbox,
  InboxEntry,
  Message,
  Page,
  PaymentFacts,
  Payments,
  PreferenceBook,
  Preferences,
} from './model.ts'
import { templateOf } from './templates.ts'

export interface NotifyDeps {
  correspondence: Correspondence
  payments: Payments
  preferences: Pick<PreferenceBook, 'of'>
  channels: readonly Channel[]
  province: Province
}

type Told = Pick<Envelope, 'id' | 'type' | 'time' | 'data'>

/** Tells people of events. */
export const telling = ({ correspondence, payments, preferences, channels, province }: NotifyDeps) => {
  const paymentOf = async (id: string, person: string): Promise<PaymentFacts> => {
    const paid = await payments.paid(id)
    if (!paid) throw new Error('the payment of the event is not there')
    if (paid.ownerRef !== person) throw new Error('the payment of the event has another owner')
    return paid
  }
  const compose = async (event: Told): Promise<Message> => {
    const template = templateOf(event.type)
    const { person, dossierId, paymentId } = template.about(event.data)
    const [dossier, chosen] = await Promise.all([
      correspondence.forDossier(dossierId),
      preferences.of(person),
    ])
    // Event and dossier were one write, so this is a fault of ours: it comes again and ends before an operator.
    if (!dossier) throw new Error('the dossier of the event is not there')
    if (dossier.ownerRef !== person) throw new Error('the dossier of the event has another owner')
    const facts =
      paymentId === undefined ? dossier : { ...dossier, payment: await paymentOf(paymentId, person) }
    return {
      eventId: event.id,
      eventType: event.type,
      at: fromIso(event.time),
      person,
      name: facts.applicantName,
      address: facts.email,
      legal: template.legal,
      preferences: chosen,
      letter: composeLetter(template, facts, province, chosen.language),
      inbox: composeEntry(template, facts, province),
    }
  }
  return {
    /**
     * One message through every channel, each at most once. A channel in trouble does not hold back the others;
     * the event then comes again, and those that were done find their mark.
     */
    notify: async (event: Told): Promise<void> => {
      const message = await compose(event)
      const troubles: unknown[] = []
      for (const channel of channels)
        await channel.deliver(message).catch((error: unknown) => troubles.push(error))
      if (troubles.length > 0) throw troubles[0]
    },
  }
}

export interface ReadingDeps {
  inbox: Inbox
  preferences: PreferenceBook
}

const view = (entry: InboxEntry, language: Preferences['language']) => ({
  id: entry.id,
  type: entry.type,
  at: toIso(entry.at),
  title: entry.title[language],
  text: entry.text[language],
  dossierId: entry.dossierId,
  code: entry.code,
  link: entry.link,
  readAt: entry.readAt === null ? null : toIso(entry.readAt),
})

/** What a citizen does with the own messages. The person is always the caller: there is no way to name another. */
export const reading = ({ inbox, preferences }: ReadingDeps) => ({
  list: async ({
    caller,
    query,
  }: {
    caller: Citizen
    query: { limit: number; cursor?: string | undefined }
  }) => {
    const [page, { language }] = await Promise.all([
      inbox.entries(caller.ref, query),
      preferences.of(caller.ref),
    ])
    return {
      items: page.items.map((entry) => view(entry, language)),
      nextCursor: page.nextCursor,
    } satisfies Page<ReturnType<typeof view>>
  },

  preferences: ({ caller }: { caller: Citizen }): Promise<ChosenPreferences> => preferences.of(caller.ref),

  choose: ({
    caller,
    body,
    command,
    ifMatch,
  }: {
    caller: Citizen
    body: Preferences
    command: Command
    ifMatch: number | undefined
  }): Promise<Outcome<ChosenPreferences>> => preferences.choose(caller.ref, body, { command, ifMatch }),
})
