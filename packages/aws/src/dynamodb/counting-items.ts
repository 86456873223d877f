import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Counting } from '@sluice/telemetry';
import { cellKey, countPrefix, rangeKey, textPrefix, versioned, visitorKey } from './rows.js';
import { expiry, hasVersion, type Table } from './table.js';
import type { Transacted } from './transact.js';

type Unmet = 'raced' | 'range-full' | 'range-failed';

/** The items of one transaction, and what it means when the condition of each does not hold. */
export interface CountingItems {
  readonly items: readonly TransactWriteItem[];
  readonly meaning: readonly Unmet[];
}

/** The visitor as it is now and what that adds to the counters: a session that was counted cannot be counted again. */
export function countingItems(table: Table, counting: Counting): CountingItems {
  const { rolloutId, subject, change, mostFailed } = counting;
  const item = { ...visitorKey(rolloutId, subject), ...versioned(change.visitor), x: expiry(table) };
  const visitor = { Put: { TableName: table.table, Item: item, ...hasVersion(change.visitor.version) } };
  const cell = { Update: cellUpdate(table, counting) };
  if (!change.fails || change.range === '-') return { items: [visitor, cell], meaning: ['raced', 'range-full'] };
  const failed = {
    Update: {
      TableName: table.table,
      Key: { ...rangeKey(rolloutId, change.range) },
      UpdateExpression: 'ADD f :one SET x = :x',
      ConditionExpression: 'attribute_not_exists(f) OR f < :most',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':most': { N: String(mostFailed) }, ':x': expiry(table) },
    },
  };
  return { items: [visitor, cell, failed], meaning: ['raced', 'range-full', 'range-failed'] };
}

export function outcomeOf(transacted: Transacted, meaning: readonly Unmet[]): 'counted' | Unmet {
  return transacted.kind === 'done' ? 'counted' : (meaning[transacted.item] ?? 'raced');
}

/** Adds to the row of the counter, and makes it where it is not there. */
function cellUpdate(table: Table, { rolloutId, subject, change, mostBegun }: Counting) {
  const { place, range, add, texts, begins } = change;
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = { ':x': expiry(table) };
  const adds = Object.entries(add).map(([name, count], i) => {
    names[`#n${String(i)}`] = `${countPrefix}${name}`;
    values[`:n${String(i)}`] = { N: String(count) };
    return `#n${String(i)} :n${String(i)}`;
  });
  const sets = Object.entries(texts).map(([fingerprint, text], i) => {
    names[`#t${String(i)}`] = `${textPrefix}${fingerprint}`;
    values[`:t${String(i)}`] = { S: text };
    return `#t${String(i)} = :t${String(i)}`;
  });
  const capped = begins && range !== '-';
  if (capped) {
    names['#m'] = `${countPrefix}m`;
    values[':most'] = { N: String(mostBegun) };
  }
  return {
    TableName: table.table,
    Key: { ...cellKey({ rolloutId, subject, range, ...place }, table.shards) },
    UpdateExpression: `SET ${['x = :x', ...sets].join(', ')}${adds.length === 0 ? '' : ` ADD ${adds.join(', ')}`}`,
    ...(capped ? { ConditionExpression: 'attribute_not_exists(#m) OR #m < :most' } : {}),
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    ExpressionAttributeValues: values,
  };
}
