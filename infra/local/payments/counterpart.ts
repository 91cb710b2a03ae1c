import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import type { Clock } from '../../../shared/time.ts'
import type { Contexts } from '../contexts.ts'
import type { DataFolder } from '../data-folder.ts'
import type { Pump } from '../pump.ts'
import type { SuddenDeath } from '../sudden-death.ts'
import type { PaymentEndpointsDeps } from './payment-endpoints.ts'
import type { Merchant } from './vnpay-pay-address.ts'
import { startVnpay } from './vnpay-simulator.ts'

export interface CounterpartOptions {
  merchant: Merchant
  contexts: Contexts
  /** Past faults and counts: looking up an address is no call of the application. */
  engine: DynamoDBClient
  folder: DataFolder
  clock: Clock
  death: SuddenDeath
  pump: Pump
  onError: (error: unknown) => void
}

/** The payment provider of a sandbox, what the sandbox needs to play it, and a drain that waits for it too. */
export const startCounterpart = (options: CounterpartOptions): PaymentEndpointsDeps & Pick<Pump, 'drain'> => {
  const { contexts, folder, clock, death, pump, merchant, onError } = options
  const vnpay = startVnpay({
    merchant,
    clock,
    directory: folder.kept ? folder.path : null,
    onError,
    onCall: death.before,
    onAnswered: death.after,
  })
  const dynamo = DynamoDBDocumentClient.from(options.engine)
  return {
    vnpay,
    clock,
    findPayAddress: async (paymentId) => contexts.findPayAddress?.(dynamo, paymentId),
    // A leap of the clock may have made several calls due, one behind the other.
    drain: async (patienceMs) => {
      for (;;) {
        await vnpay.sendDue()
        const drained = await pump.drain(patienceMs)
        if (!drained.done || !(await vnpay.sendDue())) return drained
      }
    },
  }
}
