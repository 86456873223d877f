import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { murmur3 } from '@sluice/core';
import type { Cell, ClosedLine, TableWatch, Visitor } from '@sluice/telemetry';

export type Row = Readonly<Record<string, AttributeValue>>;

/** A row's place: partition and sort key. */
export interface RowKey {
  readonly p: { readonly S: string };
  readonly s: { readonly S: string };
}

const baseDigits = 9;
const idDigits = 12;

function keyOf(partition: string, sort: string): RowKey {
  return { p: { S: partition }, s: { S: sort } };
}

export const watchPartition = 'watch';
export const watchKey = (app: string): RowKey => keyOf(watchPartition, app);
export const visitorKey = (rolloutId: string, subject: number): RowKey =>
  keyOf(`visitor/${rolloutId}/${subject.toString(36)}`, '-');
export const rangeKey = (rolloutId: string, range: string): RowKey => keyOf(`range/${rolloutId}/${range}`, '-');
export const slotsPartition = (rolloutId: string): string => `slots/${rolloutId}`;
export const slotSort = (id: number): string => String(id).padStart(idDigits, '0');
export const slotKey = (rolloutId: string, id: number): RowKey => keyOf(slotsPartition(rolloutId), slotSort(id));

/** Where in a rollout a cell is, and by whom its shard is chosen. */
export interface CellAddress {
  readonly rolloutId: string;
  readonly phase: string;
  readonly base: number;
  readonly range: string;
  readonly subject: number;
}

/** One range has one cell; sessions without a range, those of one's own network, spread by their subject. */
export function cellKey({ rolloutId, phase, base, range, subject }: CellAddress, shards: number): RowKey {
  const shard = murmur3(range === '-' ? subject.toString(36) : range) % shards;
  return keyOf(cellPartition({ rolloutId, phase }, shard), `${cellSort(base)}/${range}`);
}

export function cellPartition(of: Pick<CellAddress, 'rolloutId' | 'phase'>, shard: number): string {
  return `cells/${of.rolloutId}/${of.phase}/${String(shard)}`;
}

export const cellSort = (base: number): string => String(base).padStart(baseDigits, '0');

/** Names of counts and of errors' texts in a cell's row. */
export const countPrefix = 'n:';
export const textPrefix = 't:';

export function cellOf(phase: string, row: Row): Cell {
  const [base = '', range = ''] = (row['s']?.S ?? '').split('/');
  const counts: Record<string, number> = {};
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(row)) {
    if (name.startsWith(countPrefix)) counts[name.slice(countPrefix.length)] = Number(value.N);
    if (name.startsWith(textPrefix)) texts[name.slice(textPrefix.length)] = value.S ?? '';
  }
  return { phase, base: Number(base), range, counts, texts };
}

/** Documents are one text: DynamoDB never looks into them. */
export function watchIn(row: Row | undefined): TableWatch | undefined {
  return documentIn(row) as TableWatch | undefined;
}

export function visitorIn(row: Row | undefined): Visitor | undefined {
  return documentIn(row) as Visitor | undefined;
}

function documentIn(row: Row | undefined): unknown {
  const text = row?.['j']?.S;
  return text === undefined ? undefined : JSON.parse(text);
}

export function versioned(document: TableWatch | Visitor): Row {
  const version = document.version + 1;
  return { v: { N: String(version) }, j: { S: JSON.stringify({ ...document, version }) } };
}

export function closedLineOf(row: Row): ClosedLine {
  const silent = JSON.parse(row['q']?.S ?? '{}') as ClosedLine['silent'];
  return { id: Number(row['s']?.S), line: row['l']?.S ?? '', silent };
}
