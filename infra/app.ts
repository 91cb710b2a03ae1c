import { join, resolve } from 'node:path'
import { App, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import { entries } from '../functions/entries.ts'
import { bundle } from './kit/bundle.ts'
import { layOut } from './kit/code-of-province.ts'
import { readProvinceFiles } from './kit/province-files.ts'
import { raiseProvince } from './raise-province.ts'

const dist = resolve(import.meta.dirname, '../dist')
// First, so that a mistake in a file is said before anything is built.
const provinces = readProvinceFiles()

const app = new App()
Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
const bundles = await bundle(entries, join(dist, 'bundles'))
for (const { file, province } of provinces)
  raiseProvince(app, { province, code: layOut(bundles, file, join(dist, 'provinces', province.code)) })
