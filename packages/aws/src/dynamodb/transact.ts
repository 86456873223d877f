import { setTimeout as wait } from 'node:timers/promises';
import { TransactWriteItemsCommand, type DynamoDBClient, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { failureOf } from '../aws-error.js';
import { tableError } from './table-error.js';

/** How a transaction ended: done, or the number of the item whose condition did not hold. */
export type Transacted = { readonly kind: 'done' } | { readonly kind: 'unmet'; readonly item: number };

export interface Transaction {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly items: readonly TransactWriteItem[];
  /** A new UUID. */
  readonly newId: () => string;
}

/** Two writers who meet at one row: one is told so, has changed nothing, and comes again after these pauses. */
const pausesMs = [20, 60, 180, 540, 1000];
const passing = [
  'TransactionConflict',
  'ThrottlingError',
  'ThrottlingException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'TransactionInProgressException',
];

/**
 * All or nothing. One token for all attempts: where the answer to one that succeeded was lost, the next is told of the
 * same success (AWS, "TransactWriteItems", ClientRequestToken: idempotent for ten minutes).
 */
export async function transact({ client, table, items, newId }: Transaction): Promise<Transacted> {
  const token = newId();
  const command = { TransactItems: [...items], ClientRequestToken: token };
  for (const pauseMs of [...pausesMs, undefined]) {
    try {
      await client.send(new TransactWriteItemsCommand(command));
      return { kind: 'done' };
    } catch (error) {
      const reasons = reasonsOf(error);
      const item = reasons.indexOf('ConditionalCheckFailed');
      if (item !== -1) return { kind: 'unmet', item };
      if (!reasons.some((reason) => passing.includes(reason)) || pauseMs === undefined) throw tableError(table, error);
      await wait(pauseMs * (0.5 + spreadOf(token)));
    }
  }
  throw new RangeError('the last attempt returns or throws');
}

/** Why it was cancelled, item by item; else the error's own name. */
function reasonsOf(error: unknown): readonly string[] {
  const { name } = failureOf(error);
  if (name !== 'TransactionCanceledException') return [name];
  const { CancellationReasons = [] } = error as { readonly CancellationReasons?: readonly { Code?: string }[] };
  return CancellationReasons.map(({ Code = 'None' }) => Code);
}

/** 0 to 1, another one for each transaction: those that met do not meet again. */
function spreadOf(token: string): number {
  return parseInt(token.replaceAll('-', '').slice(0, 4), 16) / 65_536;
}
