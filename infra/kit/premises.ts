import type { EventBus } from 'aws-cdk-lib/aws-events'
import type { Province } from '../../shared/province.ts'
import type { Alarms } from './alarms.ts'
import type { FrontDoor } from './front-door.ts'
import type { ProvinceKeys } from './province-keys.ts'

/** What every context of a province shares. */
export interface Premises {
  province: Province
  keys: ProvinceKeys
  bus: EventBus
  frontDoor: FrontDoor
  alarms: Alarms
  /** The folder with the code of an entry and the province file. */
  codeOf: (entry: string) => string
}
