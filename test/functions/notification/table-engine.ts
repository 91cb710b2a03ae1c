import { CreateTableCommand } from '@aws-sdk/client-dynamodb'
import { notificationTable } from '../../../functions/notification/table.ts'
import { startEngine } from '../../../infra/local/cloud/engine.ts'
import { tableInput } from '../../../infra/local/tables.ts'
import { createDynamo, type Dynamo } from '../../../shared/dynamo.ts'

/** An engine in memory with the table of this context. */
export const startTable = async (): Promise<{ dynamo: Dynamo; table: string; stop(): Promise<void> }> => {
  process.env.AWS_REGION ??= 'local'
  process.env.AWS_ACCESS_KEY_ID ??= 'local'
  process.env.AWS_SECRET_ACCESS_KEY ??= 'local'
  const engine = await startEngine({ directory: null, log: () => undefined })
  const dynamo = createDynamo({ DYNAMODB_ENDPOINT: engine.url })
  const table = 'notification'
  await dynamo.send(new CreateTableCommand(tableInput(notificationTable, table)))
  return {
    dynamo,
    table,
    stop: async () => {
      dynamo.destroy()
      await engine.stop()
    },
  }
}
