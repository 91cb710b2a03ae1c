import { setTimeout as wait } from 'node:timers/promises'

/** Something was not as the demonstration expects. */
export class Unexpected extends Error {}

export const check = (holds: boolean, what: string): void => {
  if (!holds) throw new Unexpected(`expected: ${what}`)
}

interface Call {
  token?: string
  key?: string
  body?: unknown
  expect?: readonly number[]
}

// biome-ignore lint/suspicious/noExplicitAny: the demonstration reads answers as a portal in plain JavaScript would
type Json = any

/** One HTTP call; any status but the expected ones ends the demonstration with the problem document. */
export const call = async (
  base: string,
  method: string,
  path: string,
  { token, key, body, expect = [200] }: Call = {},
): Promise<{ response: Response; body: Json }> => {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...(key ? { 'Idempotency-Key': key } : {}),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!expect.includes(response.status))
    throw new Unexpected(`${method} ${path} answered ${response.status}:\n${text}`)
  return { response, body: text === '' ? {} : JSON.parse(text) }
}

/** Asks again until there is an answer, for at most ten seconds. */
export const until = async <T>(ask: () => Promise<T | undefined>): Promise<T> => {
  for (let tries = 0; tries < 100; tries += 1) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await wait(100)
  }
  throw new Unexpected('nothing happened within ten seconds')
}

/** Prints what happens so that a person can follow, and ends the process with the right exit code. */
export const createTeller = () => {
  let number = 0
  const step = (title: string): void => {
    number += 1
    console.log(`\n${String(number).padStart(2)}. ${title}`)
  }
  const say = (line: string): void => console.log(`    ${line}`)
  const end = async (play: () => Promise<void>, base: string): Promise<void> => {
    try {
      await play()
      console.log(`\nAll ${number} steps went as they should.`)
    } catch (error) {
      process.exitCode = 1
      const isDown = error instanceof TypeError && error.message === 'fetch failed'
      if (isDown)
        console.error(`\nNothing answers at ${base}. Start it first, in another terminal: npm start`)
      else if (error instanceof Unexpected) console.error(`\nStep ${number} went wrong. ${error.message}`)
      else console.error(`\nStep ${number} went wrong.`, error)
    }
  }
  return { step, say, end }
}
