import {
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { nobody, type ClosedLine, type SessionTable, type TableWatch } from '@sluice/telemetry';
import { clientSettings, type AwsConnection } from '../connection.js';
import { countingItems, outcomeOf } from './counting-items.js';
import * as rows from './rows.js';
import { expiry, hasVersion, type Table } from './table.js';
import { tableError } from './table-error.js';
import { transact } from './transact.js';

export interface DynamoTableOptions {
  readonly table: string;
  readonly connection?: AwsConnection | undefined;
  /** Partitions that the counters of a rollout are spread over; DynamoDB takes 1,000 writes a second in each. Default 16. */
  readonly shards?: number | undefined;
  /** How long rows are kept. Default 3 days: a controller may be down that long. */
  readonly keepMs?: number | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
}

/** Sessions and counters in one table of DynamoDB; every read is consistent, every write a transaction. */
export function createDynamoTable(options: DynamoTableOptions): SessionTable {
  const { connection = {}, shards = 16, keepMs = 3 * 86_400_000 } = options;
  const client = new DynamoDBClient(clientSettings(connection));
  const table: Table = { ...options, shards, keepMs, client };
  return {
    watches: async () => (await query(table, rows.watchPartition)).flatMap((row) => rows.watchIn(row) ?? []),
    watch: async (app) => rows.watchIn(await get(table, rows.watchKey(app))),
    visitor: async (rolloutId, subject) =>
      rows.visitorIn(await get(table, rows.visitorKey(rolloutId, subject))) ?? nobody,
    async count(counting) {
      const { items, meaning } = countingItems(table, counting);
      return outcomeOf(await transact({ ...table, items }), meaning);
    },
    async replaceWatch(app, version, { watch, closed }) {
      const items = [replaced(table, { app, version, watch }), ...closed.map((one) => slotPut(table, watch, one))];
      return (await transact({ ...table, items })).kind === 'done' ? 'written' : 'conflict';
    },
    async cells(rolloutId, { phase, base }) {
      const found = await Promise.all(
        Array.from({ length: shards }, (_, shard) =>
          query(table, rows.cellPartition({ rolloutId, phase }, shard), rows.cellSort(base)),
        ),
      );
      return found.flat().map((row) => rows.cellOf(phase, row));
    },
    async closed(rolloutId, after) {
      const found = await query(table, rows.slotsPartition(rolloutId), rows.slotSort(after + 1));
      return found.map(rows.closedLineOf);
    },
  };
}

async function get({ client, table }: Table, key: rows.RowKey): Promise<rows.Row | undefined> {
  try {
    return (await client.send(new GetItemCommand({ TableName: table, Key: { ...key }, ConsistentRead: true }))).Item;
  } catch (error) {
    throw tableError(table, error);
  }
}

/** All rows of a partition from a sort key on, in order. */
async function query({ client, table }: Table, partition: string, from = ' '): Promise<readonly rows.Row[]> {
  const found: rows.Row[] = [];
  let start: QueryCommandInput['ExclusiveStartKey'];
  do {
    const asked: QueryCommandInput = {
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'p = :p AND s >= :s',
      ExpressionAttributeValues: { ':p': { S: partition }, ':s': { S: from } },
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    };
    try {
      const answer = await client.send(new QueryCommand(asked));
      found.push(...(answer.Items ?? []));
      start = answer.LastEvaluatedKey;
    } catch (error) {
      throw tableError(table, error);
    }
  } while (start !== undefined);
  return found;
}

interface Replaced {
  readonly app: string;
  readonly version: number;
  readonly watch: TableWatch | undefined;
}

/** What runs is kept until it ends: it has no time to live. */
function replaced({ table }: Table, { app, version, watch }: Replaced): TransactWriteItem {
  const key = rows.watchKey(app);
  if (watch === undefined) return { Delete: { TableName: table, Key: { ...key }, ...hasVersion(version) } };
  return {
    Put: { TableName: table, Item: { ...key, ...rows.versioned({ ...watch, version }) }, ...hasVersion(version) },
  };
}

function slotPut(table: Table, watch: TableWatch | undefined, { id, line, silent }: ClosedLine): TransactWriteItem {
  const key = rows.slotKey(watch?.watched.rolloutId ?? '', id);
  const item = { ...key, l: { S: line }, q: { S: JSON.stringify(silent) }, x: expiry(table) };
  return { Put: { TableName: table.table, Item: item, ConditionExpression: 'attribute_not_exists(p)' } };
}
