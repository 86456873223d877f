import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A table with what every write to it needs. */
export interface Table {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly shards: number;
  readonly keepMs: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
}

/** The condition that a row has this version; 0 is that there is none. */
export function hasVersion(version: number) {
  if (version === 0) return { ConditionExpression: 'attribute_not_exists(p)' };
  return { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { N: String(version) } } };
}

/** When a row that is written now may go. */
export function expiry({ now, keepMs }: Pick<Table, 'now' | 'keepMs'>): { readonly N: string } {
  return { N: String(Math.ceil((now() + keepMs) / 1000)) };
}
