import type { App } from 'aws-cdk-lib'
import type { Province } from '../shared/province.ts'
import { EdgeStack } from './edge-stack.ts'
import { ProvinceStack } from './province-stack.ts'

/** The stacks of a province: its own, and the firewall of its edge, which AWS keeps in one region for the world. */
export const raiseProvince = (
  app: App,
  { province, code }: { province: Province; code: string },
): { stack: ProvinceStack; edge?: EdgeStack } => {
  if (!province.edge) return { stack: new ProvinceStack(app, { province, code }) }
  const edge = new EdgeStack(app, province, province.edge)
  return { edge, stack: new ProvinceStack(app, { province, code, firewallArn: edge.firewallArn }) }
}
