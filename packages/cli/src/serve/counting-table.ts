import { randomUUID } from 'node:crypto';
import { createTableIngest, createTableSource, type TableIngest } from '@sluice/telemetry';
import type { TelemetrySource } from '@sluice/core';
import type { LoadedConfig } from '../load-config.js';
import { clientOf } from '../target/client.js';

/** A table that this process and others count in. */
export interface CountingTable {
  readonly source: TelemetrySource;
  readonly ingest: TableIngest['ingest'];
}

/** Undefined where the target counts in process. */
export async function countingTable(
  { target, config }: LoadedConfig,
  now: () => number,
): Promise<CountingTable | undefined> {
  if (target.dynamo === undefined) return undefined;
  const { createDynamoTable } = await import('@sluice/aws/dynamodb');
  const { table: name, shards, endpoint } = target.dynamo;
  const ofTarget = target.kind === 'aws' ? clientOf(target) : {};
  const region = target.dynamo.region ?? (target.kind === 'aws' ? target.region : undefined);
  const connection = { ...ofTarget, endpoint, ...(region === undefined ? {} : { region }) };
  const table = createDynamoTable({ table: name, shards, connection, now, newId: randomUUID });
  const caps = { perSlot: config.ingestion.perRange, failed: config.ingestion.failedPerRange };
  const ingestion = createTableIngest({ table, caps });
  return {
    source: createTableSource({ table, now, caps }),
    ingest: (beacon, from) => ingestion.ingest(beacon, from),
  };
}
