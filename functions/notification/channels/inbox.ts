import type { Clock } from '../../../shared/time.ts'
import { type Channel, type Deliveries, deliveryKey } from '../model.ts'

/** The inbox in the citizen portal. Entry and delivery mark are one write, so a repeat finds both or neither. */
export const createInboxChannel = ({
  deliveries,
  clock,
}: {
  deliveries: Deliveries
  clock: Clock
}): Channel => ({
  name: 'inbox',
  deliver: async (message) => {
    const key = deliveryKey(message, 'inbox')
    const entry = { id: key.id, type: message.eventType, at: message.at, ...message.inbox, readAt: null }
    await deliveries.deliverEntry(key, entry, clock.now())
  },
})
