import { appendFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contract, errorsOf } from '../../shared/contract.ts'
import { errorKinds } from '../../shared/errors.ts'

/** One answer of the API as a test saw it: `code` of the problem document, null for a success. */
export interface SeenAnswer {
  contract: string
  status: number
  code: string | null
}

const lineOf = ({ contract, status, code }: SeenAnswer): string => `${contract} ${status} ${code ?? '-'}`

/** Statuses the gateway in front may answer by itself, without a problem document. */
const gatewayStatuses = new Set([413, 429, 431, 503])

/** Declared by no contract since any request can meet it; a fault of ours (`internal`) is never expected. */
const alwaysAllowed = new Set(['unavailable'])

const written = new Set<string>()

/**
 * Notes an answer. Test files run in processes of their own, so each appends to a file of its own; the same
 * answer is written once a process.
 */
export const recordAnswer = (dir: string, seen: SeenAnswer): void => {
  const line = lineOf(seen)
  if (written.has(`${dir}\n${line}`)) return
  written.add(`${dir}\n${line}`)
  mkdirSync(dir, { recursive: true })
  appendFileSync(join(dir, `${process.pid}.txt`), `${line}\n`)
}

/** Every answer that was noted in a directory. */
export const readRecorded = (dir: string): string[] => [
  ...new Set(
    readdirSync(dir)
      .filter((name) => name.endsWith('.txt'))
      .flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n'))
      .filter((line) => line !== ''),
  ),
]

export interface Judgement {
  /** Answers that were given and are declared nowhere. */
  undeclared: string[]
  /** Answers that are declared and that no test met. */
  unproduced: string[]
}

const declaredBy = (contract: Contract): string[] => [
  lineOf({ contract: contract.id, status: contract.response.status, code: null }),
  ...errorsOf(contract).map((code) =>
    lineOf({ contract: contract.id, status: errorKinds[code].status, code }),
  ),
]

const isAllowed = (line: string): boolean => {
  const [, status, code = ''] = line.split(' ')
  return alwaysAllowed.has(code) || (code === '-' && gatewayStatuses.has(Number(status)))
}

/** Holds what was seen against what the contracts declare. Says something only about a whole run. */
export const judgeRecorded = (contracts: readonly Contract[], lines: readonly string[]): Judgement => {
  const declared = new Set(contracts.flatMap(declaredBy))
  const seen = new Set(lines)
  return {
    undeclared: [...seen].filter((line) => !declared.has(line) && !isAllowed(line)).toSorted(),
    unproduced: [...declared].filter((line) => !seen.has(line)).toSorted(),
  }
}
