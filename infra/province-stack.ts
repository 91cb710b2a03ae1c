import { join } from 'node:path'
import { type App, Stack } from 'aws-cdk-lib'
import { EventBus } from 'aws-cdk-lib/aws-events'
import type { Province } from '../shared/province.ts'
import { Catalogue } from './contexts/catalogue.ts'
import { Documents } from './contexts/document.ts'
import { Dossiers } from './contexts/dossier.ts'
import { Notifications } from './contexts/notification.ts'
import { Ops } from './contexts/ops.ts'
import { Payments } from './contexts/payment.ts'
import { Alarms } from './kit/alarms.ts'
import { Doorkeeper } from './kit/doorkeeper.ts'
import { Edge } from './kit/edge.ts'
import { FrontDoor } from './kit/front-door.ts'
import type { Premises } from './kit/premises.ts'
import { ProvinceKeys } from './kit/province-keys.ts'

interface ProvinceStackProps {
  province: Province
  /** The folder in which each entry has a folder with its code and the province file. */
  code: string
  /** The firewall of its edge. */
  firewallArn?: string
}

/** All of one province: its tables, files, keys and functions. Provinces share code, never data. */
export class ProvinceStack extends Stack {
  constructor(app: App, { province, code, firewallArn }: ProvinceStackProps) {
    const { account, region } = province.aws
    super(app, `Province-${province.code}`, {
      description: `Motcua, ${province.name.en} (${province.environment})`,
      // Without an account the template suits any; with one it is bound to the region as well.
      ...(account ? { env: { account, region } } : {}),
      terminationProtection: true,
      tags: { project: 'motcua', province: province.code, environment: province.environment },
    })
    const keys = new ProvinceKeys(this, 'Keys')
    const alarms = new Alarms(this, 'Alarms', keys.messages)
    const { edge } = province
    const doorkeeper = edge ? new Doorkeeper(this, 'Doorkeeper', province, keys, alarms) : undefined
    const frontDoor = new FrontDoor(this, 'FrontDoor', province, alarms, doorkeeper)
    if (edge && doorkeeper && firewallArn !== undefined)
      new Edge(this, 'Edge', {
        edge,
        firewallArn,
        origin: { host: frontDoor.host, secret: doorkeeper.secret },
      })
    const premises: Premises = {
      province,
      keys,
      alarms,
      bus: new EventBus(this, 'Bus', { description: `Events of province ${province.code}` }),
      frontDoor,
      codeOf: (entry) => join(code, entry),
    }
    const catalogue = new Catalogue(this, 'Catalogue', premises)
    const documents = new Documents(this, 'Documents', premises)
    const dossiers = new Dossiers(this, 'Dossiers', premises, { catalogue, documents })
    const payments = new Payments(this, 'Payments', premises, { dossiers })
    const notifications = new Notifications(this, 'Notifications', premises, {
      catalogue,
      dossiers,
      payments,
    })
    const tables = [catalogue, documents, dossiers, notifications, payments].map(({ table }) => table)
    new Ops(this, 'Ops', premises, { tables, dossierApi: dossiers.api })
  }
}
