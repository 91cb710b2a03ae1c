import type { Log } from '../../shared/log.ts'
import type { Province } from '../../shared/province.ts'
import type { Clock } from '../../shared/time.ts'
import type { FeeDesk } from '../dossier/public.ts'
import type { PaymentStore } from './ports.ts'
import type { Provider } from './providers/provider.ts'

/** What citizens' use cases work with. */
export interface PayingDeps {
  store: PaymentStore
  fees: FeeDesk
  providers: ReadonlyMap<string, Provider>
  province: Province
  clock: Clock
}

/** What the messages of providers work with. */
export interface ReceivingDeps {
  store: Pick<PaymentStore, 'standing' | 'settle' | 'keepStray'>
  providers: ReadonlyMap<string, Provider>
  place: { province: string; environment: string }
  clock: Clock
  log: Log
}

export interface ExpiringDeps {
  store: Pick<PaymentStore, 'find' | 'expire' | 'expiring'>
  place: { province: string; environment: string }
  clock: Clock
  /** Payments looked at in one run; the next run goes on. */
  mostPerRun?: number
}
