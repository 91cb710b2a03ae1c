import type { TableSchema } from '../../shared/dynamo.ts'

/**
 * `dossier#<id>`: all about the money of one dossier, read in one query: `payment#<id>` for each attempt,
 * `fee#<feeRequestId>` its lock, `result#<paymentId>#…` each message of a provider, `entry#<paymentId>#…` the ledger.
 * `payment#<id>`: whose dossier it is, its events and its recorded answer.
 * `stray#<provider>#<reference>`: genuine messages about a payment that nobody knows.
 */
export const paymentTable = {
  context: 'payment',
  indexes: {
    /** Payments that can still run out, the first to do so first. */
    expiring: { partition: 'expiring', sort: 'expiresAt', include: ['id', 'dossierId'] },
  },
} as const satisfies TableSchema
