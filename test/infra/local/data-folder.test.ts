import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as z from 'zod'
import { openDataFolder } from '../../../infra/local/data-folder.ts'
import { readJsonFile, writeJsonFile } from '../../../infra/local/json-file.ts'
import { openMailbox } from '../../../infra/local/mailbox.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'folder-test-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

it('is one runner’s at a time, and free again afterwards', () => {
  const folder = openDataFolder(directory)
  expect(() => openDataFolder(directory)).toThrow(/in use by another runner/)
  folder.release()
  openDataFolder(directory).release()
})

it.each([
  ['a process that is gone', '4194000 1\n'],
  ['another process that has its number by now', `${process.ppid} 1\n`],
  ['nobody readable', 'garbage'],
  ['nobody', ''],
])('is taken over when its lock names %s', (_, lock) => {
  writeFileSync(join(directory, 'runner.pid'), lock)
  const folder = openDataFolder(directory)
  expect(readFileSync(join(directory, 'runner.pid'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  folder.release()
})

it('is deleted with its runner when nothing is to be kept, also after a kill', () => {
  const left = join(tmpdir(), 'motcua-4194000-abc')
  mkdirSync(left, { recursive: true })
  const folder = openDataFolder(null)
  expect(existsSync(left)).toBe(false)
  expect(existsSync(folder.path)).toBe(true)
  folder.release()
  expect(existsSync(folder.path)).toBe(false)
})

it('keeps JSON files whole and never guesses at a damaged one', () => {
  const file = join(directory, 'x.json')
  const schema = z.object({ a: z.number() })
  expect(readJsonFile(file, schema)).toBeUndefined()
  writeJsonFile(file, { a: 1 })
  expect(readJsonFile(file, schema)).toEqual({ a: 1 })
  for (const damaged of ['{"a":', '{"a":"1"}', '']) {
    writeFileSync(file, damaged)
    expect(() => readJsonFile(file, schema)).toThrow(/is damaged/)
  }
})

it('keeps mails, also behind one that a kill cut off', async () => {
  const mail = (messageId: string) => ({
    messageId,
    from: 'a@x.example',
    to: ['b@x.example', 'C@x.example'],
    subject: 's',
    text: 't',
    html: '',
    receivedAt: '2026-11-21T00:00:00.000Z',
    headers: [],
  })
  await (await openMailbox(directory)).store(mail('1'))
  writeFileSync(join(directory, 'messages.jsonl'), `${JSON.stringify(mail('1'))}\n{"messageId":"2","fr`)
  await (await openMailbox(directory)).store(mail('3'))
  const reopened = await openMailbox(directory)
  expect(reopened.messages().map(({ messageId }) => messageId)).toEqual(['1', '1', '3', '3'])
  expect(reopened.messages('c@X.example').map(({ messageId }) => messageId)).toEqual(['1', '3'])
})
