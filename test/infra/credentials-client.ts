import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

// Bundled by `bundle.test.ts` in the way functions are, and started with credentials in its environment.
const client = new DynamoDBClient({})
client.config.credentials().then((credentials) => console.log(JSON.stringify(credentials)))
