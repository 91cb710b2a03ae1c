import type { Province } from '../../shared/province.ts'
import type { Clock } from '../../shared/time.ts'
import type { Catalogue } from '../catalogue/public.ts'
import type { DocumentFacts } from '../document/public.ts'
import type { Attachment } from './model.ts'
import type { DossierStore, Seals, StoredState } from './ports.ts'

/** What the use cases of this context work with. */
export interface Deps {
  store: DossierStore
  catalogue: Catalogue
  documents: {
    find(ids: readonly string[]): Promise<ReadonlyMap<string, DocumentFacts>>
    storedState(file: Attachment): Promise<StoredState>
  }
  seals: Seals
  province: Province
  clock: Clock
  /** Waits for so many milliseconds of real time. */
  wait(milliseconds: number): Promise<void>
}
