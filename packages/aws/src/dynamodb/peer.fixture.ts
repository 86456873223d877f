import { randomBytes, randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { peerCredentials, type Peer } from '@sluice/peers';
import type { AwsConnection } from '../connection.js';
import type { DynamoTableOptions } from './session-table.js';
import { tableDefinition } from './table-definition.js';

export interface DynamoPeer {
  readonly url: string;
  readonly client: DynamoDBClient;
  readonly connection: AwsConnection;
  /** The options of a new, empty table, made as it is defined. */
  readonly newTable: (now: () => number) => Promise<DynamoTableOptions>;
  readonly stop: () => Promise<void>;
}

export async function startDynamo(peer: Peer): Promise<DynamoPeer> {
  const { url, stop } = await peer.start();
  const connection = { region: 'eu-central-1', endpoint: url, credentials: peerCredentials };
  const client = new DynamoDBClient(connection);
  return {
    url,
    client,
    connection,
    newTable: async (now) => {
      const table = `sluice-${randomBytes(6).toString('hex')}`;
      await makeTable(client, table);
      return { table, connection, now, newId: randomUUID };
    },
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
}

async function makeTable(client: DynamoDBClient, TableName: string): Promise<void> {
  const { partitionKey, sortKey, ttlAttribute, billing } = tableDefinition;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: billing,
      AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
    }),
  );
  const TimeToLiveSpecification = { AttributeName: ttlAttribute, Enabled: true };
  await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}
