import { asBuffer } from './bytes.ts'

export type ScanAnswer = { verdict: 'clean' | 'infected' | 'unavailable'; name?: string }

/** A malware scanner: takes the whole file, answers, and says `unavailable` rather than failing. */
export type Scanner = (bytes: Uint8Array) => Promise<ScanAnswer>

// Built from halves so that a virus scanner on a developer's machine leaves this file alone.
const eicar = Buffer.from(
  `X5O!P%@AP[4\\PZX54(P^)7CC)7}$${'EICAR-STANDARD-ANTIVIRUS'}-TEST-FILE!$H+H*`,
  'latin1',
)

/** True when the bytes hold the EICAR test string (eicar.org) anywhere. */
export function holdsEicar(bytes: Uint8Array): boolean {
  return asBuffer(bytes).includes(eicar)
}

/** The built-in scanner: knows only the EICAR test string, by which an installation proves its path works. */
export const eicarScanner: Scanner = async (bytes) =>
  holdsEicar(bytes) ? { verdict: 'infected', name: 'EICAR-Test-File' } : { verdict: 'clean' }
