import type { TableSchema } from '../../shared/dynamo.ts'

/**
 * `dossier#<id>`: head, content, history, events and replies of one dossier, side by side.
 * `code#<code>`, `receipt#<id>`, `counter#<agency>#<yymmdd>`, `tries#<hash>#<hour>`: one item each.
 */
export const dossierTable = {
  context: 'dossier',
  indexes: {
    /** My dossiers, newest first. */
    owner: {
      partition: 'ownerRef',
      sort: 'ownerSort',
      include: [
        'id',
        'code',
        'state',
        'procedureCode',
        'procedureName',
        'caseCode',
        'agency',
        'channel',
        'version',
        'createdAt',
        'updatedAt',
        'submittedAt',
      ],
    },
  },
} as const satisfies TableSchema
