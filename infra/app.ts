import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { entries } from '../functions/entries.ts'
import { readProvince } from '../shared/province.ts'
import { bundle } from './kit/bundle.ts'
import { layOut } from './kit/code-of-province.ts'
import { ProvinceStack } from './province-stack.ts'

const dist = resolve(import.meta.dirname, '../dist')
const provinces = join(import.meta.dirname, 'provinces')

const app = new App()
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
const bundles = await bundle(entries, join(dist, 'bundles'))
for (const file of readdirSync(provinces).filter((name) => name.endsWith('.json'))) {
  const path = join(provinces, file)
  const province = readProvince(path)
  new ProvinceStack(app, { province, code: layOut(bundles, path, join(dist, 'provinces', province.code)) })
}
