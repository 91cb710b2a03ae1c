import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cataloguePublishEnv } from '../functions/catalogue/env.ts'
import { readNationalRecords } from '../functions/catalogue/national-records.ts'
import { publishAll } from '../functions/catalogue/publish.ts'
import { createDynamo } from '../shared/dynamo.ts'
import { readEnv } from '../shared/env.ts'
import { createLog } from '../shared/log.ts'
import { readProvince } from '../shared/province.ts'
import { clock } from '../shared/time.ts'

// Run at each deployment, after the stack: `npm run publish-catalogue -- --province 37`, with CATALOGUE_TABLE set.
const { values } = parseArgs({ options: { province: { type: 'string' } } })
if (!values.province || !/^\d{2}$/.test(values.province))
  throw new Error('say which province: --province <two digits>')

const env = readEnv(cataloguePublishEnv)
const province = readProvince(fileURLToPath(new URL(`provinces/${values.province}.json`, import.meta.url)))
const { published, unchanged } = await publishAll({
  dynamo: createDynamo(env),
  table: env.CATALOGUE_TABLE,
  clock,
  province,
  environment: province.environment,
  nationalRecords: readNationalRecords(),
  log: createLog('publish-catalogue'),
})
console.log(`published ${published.length}, unchanged ${unchanged.length}`)
