import { createPublicKey, verify } from 'node:crypto'
import { expect, it } from 'vitest'
import { createKeys, keysEnv } from '../../shared/keys.ts'
import { cloudStand } from '../infra/local/cloud/cloud-stand.ts'

const office = async () => {
  process.env.AWS_REGION ??= 'local'
  process.env.AWS_ACCESS_KEY_ID ??= 'local'
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local'
  const { cloud } = await cloudStand()
  return createKeys({ KMS_ENDPOINT: cloud.url })
}

it('what a key signs, everybody can verify with its public half', async () => {
  const keys = await office()
  const publicKey = createPublicKey({
    key: await keys.publicKey('alias/receipt'),
    format: 'der',
    type: 'spki',
  })
  // Longer than the 4 KB that the service signs as a message would be refused there; receipts stay below.
  const bytes = Buffer.from('biên nhận hồ sơ')
  const signature = await keys.sign('alias/receipt', bytes)
  expect(verify('sha256', bytes, publicKey, signature)).toBe(true)
  expect(verify('sha256', Buffer.from('biên nhận khác'), publicKey, signature)).toBe(false)
})

it('the same text has the same mark under a key, and another text another', async () => {
  const keys = await office()
  const mark = await keys.mac('alias/tracking-pin', 'hồ sơ 1')
  expect(mark).toHaveLength(32)
  expect(await keys.mac('alias/tracking-pin', 'hồ sơ 1')).toEqual(mark)
  expect(await keys.mac('alias/tracking-pin', 'hồ sơ 2')).not.toEqual(mark)
})

it('a key that is not there is an error, not an empty mark', async () => {
  const keys = await office()
  await expect(keys.mac('alias/nothing', 'x')).rejects.toThrow()
  await expect(keys.publicKey('alias/nothing')).rejects.toThrow()
})

it('the address of the key service is optional and must be one', () => {
  expect(keysEnv.safeParse({}).success).toBe(true)
  expect(keysEnv.safeParse({ KMS_ENDPOINT: 'here' }).success).toBe(false)
})
