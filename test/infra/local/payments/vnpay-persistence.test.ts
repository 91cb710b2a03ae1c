import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { hours, minutes } from '../../../../shared/time.ts'
import { type Reply, rsp } from './counterparts.ts'
import { minutesOf, once, openStand, orderOf, type Stand, sendAllDue } from './stand.ts'

let stand: Stand
let webhook: Stand['webhook']
let clock: Stand['clock']
let boot: Stand['boot']
beforeEach(async () => {
  stand = await openStand()
  ;({ webhook, clock, boot } = stand)
})
afterEach(() => stand.close())

const silent: Reply = () => undefined

it('goes on after a restart, with the call that was under way counted', async () => {
  webhook.answer(rsp('99'))
  const first = boot()
  await first.decide(orderOf(first), once)
  const number = orderOf(first).transactionNo
  clock.move(minutes(5))
  webhook.answer(silent)
  const cutOff = first.sendDue()
  while (webhook.received.length < 2) await sleep(5)
  await stand.stop(first)
  await cutOff
  webhook.answer(rsp('99'))

  const second = boot()
  await sendAllDue(second)
  expect(orderOf(second).transactionNo).toBe(number)
  expect(minutesOf(second)).toEqual([0, 5])
  expect(second.calls(orderOf(second))[1]).toMatchObject({
    status: null,
    rspCode: null,
    failure: 'no answer noted',
  })
  clock.move(hours(3))
  await sendAllDue(second)
  expect(second.calls(orderOf(second))).toHaveLength(10)
  expect(webhook.received).toHaveLength(10)
  expect(new Set(webhook.received.map(String)).size).toBe(1)
})

it('makes no eleventh call when it was cut off in the tenth', async () => {
  webhook.answer(rsp('99'))
  const first = boot()
  await first.decide(orderOf(first), once)
  clock.move(minutes(40))
  await sendAllDue(first)
  expect(webhook.received).toHaveLength(9)
  clock.move(minutes(5))
  webhook.answer(silent)
  void first.sendDue()
  while (webhook.received.length < 10) await sleep(5)
  await stand.stop(first)
  webhook.answer(rsp('99'))
  const second = boot()
  clock.move(hours(1))
  await sendAllDue(second)
  expect(webhook.received).toHaveLength(10)
  expect(second.nextCallAt(orderOf(second))).toBeNull()
})
