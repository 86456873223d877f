import { randomUUID } from 'node:crypto';
import { bucketOf, type BeaconEventKind } from '@sluice/core';
import {
  happenings,
  slotsOfSequence,
  telemetrySourceContract,
  watchedRollout,
  type CountingSource,
} from '@sluice/contracts';
import { describeWith, ministack, moto, startFaultyProxy, type FaultyProxy } from '@sluice/peers';
import { createTableIngest, createTableSource, createTelemetry, type SessionTable } from '@sluice/telemetry';
import { createMemoryJournal } from '@sluice/local';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startDynamo, type DynamoPeer } from './peer.fixture.js';
import { createDynamoTable, type DynamoTableOptions } from './session-table.js';

const fromMs = 1_800_000_000_000;

/** One process counts, others sum up; the clock is the test's. */
async function counting(peer: DynamoPeer): Promise<CountingSource> {
  let nowMs = fromMs;
  const now = (): number => nowMs;
  const options = await peer.newTable(now);
  const ingestion = createTableIngest({ table: createDynamoTable(options), freshMs: 0 });
  const again = () => createTableSource({ table: createDynamoTable(options), now });
  return {
    source: again(),
    tell: async ({ page, subject, event }) => {
      await ingestion.ingest({ schema: 1, page, versions: {}, events: [event] }, { subject, nowMs });
    },
    pass: async (ms) => {
      nowMs += ms;
    },
    again,
  };
}

async function inProcess(): Promise<CountingSource> {
  let nowMs = fromMs;
  const telemetry = createTelemetry({ journal: createMemoryJournal(), now: () => nowMs, sampleRate: 1 });
  return {
    source: telemetry,
    tell: async ({ page, subject, event }) => {
      telemetry.ingest({ schema: 1, page, versions: {}, events: [event] }, { subject, nowMs });
    },
    pass: async (ms) => {
      nowMs += ms;
    },
    again: () => telemetry,
  };
}

for (const program of [moto, ministack]) {
  describeWith([program], `DynamoDB (${program.name})`, () => {
    let peer: DynamoPeer;
    beforeAll(async () => {
      peer = await startDynamo(program);
    });
    afterAll(() => peer.stop());

    telemetrySourceContract({ name: program.name, create: () => counting(peer) });

    it('gives the same slots as counting in one process, for any sequence of events, weights and ticks', async () => {
      await fc.assert(
        fc.asyncProperty(happenings, async (sequence) => {
          const wanted = await slotsOfSequence(sequence, inProcess);
          expect(await slotsOfSequence(sequence, () => counting(peer))).toEqual(wanted);
        }),
        { seed: 11, numRuns: 6, endOnFailure: true },
      );
    });
  });
}

describeWith([ministack], 'a table in DynamoDB', () => {
  let peer: DynamoPeer;
  let proxy: FaultyProxy;
  let options: DynamoTableOptions;
  let table: SessionTable;
  let nowMs = fromMs;
  const source = () => createTableSource({ table: createDynamoTable(options), now: () => nowMs });
  beforeAll(async () => {
    peer = await startDynamo(ministack);
    proxy = await startFaultyProxy(peer.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await peer.stop();
  });
  beforeEach(async () => {
    nowMs = fromMs;
    const { connection, ...made } = await peer.newTable(() => nowMs);
    options = { ...made, connection: { ...connection, endpoint: proxy.url } };
    table = createDynamoTable(options);
    await source().watch([watchedRollout]);
  });
  afterEach(() => {
    proxy.decide = () => 'pass';
  });

  const sent = (i: number, kind: BeaconEventKind, range?: string) => {
    const subject = `subject${String(i)}`;
    const { app, canary, stable, salt, weightBp } = watchedRollout;
    const version = bucketOf(salt, subject) < weightBp ? canary : stable;
    const event = { kind, app, version, generation: 2, reason: 'bucket', ageMs: 0 } as const;
    const beacon = { schema: 1, page: `page-${String(i).padStart(6, '0')}`, versions: {}, events: [event] } as const;
    return [beacon, { subject, range, nowMs }] as const;
  };
  const send = (i: number, { kind = 'attempt', range }: { kind?: BeaconEventKind; range?: string } = {}) =>
    createTableIngest({ table }).ingest(...sent(i, kind, range));
  const total = async () => {
    nowMs += 60_000;
    const summed = source();
    await summed.watch([watchedRollout]);
    const slots = await summed.closedSlots('r1', 0);
    return slots.reduce(
      (sum, { canary, baseline }) => ({
        sessions: sum.sessions + canary.sessions + baseline.sessions,
        failed: sum.failed + canary.failed + baseline.failed,
      }),
      { sessions: 0, failed: 0 },
    );
  };

  it('counts 60 sessions that come at once, each once, whoever sends them twice', async () => {
    const all = Array.from({ length: 60 }, (_, i) => i);
    const answers = await Promise.all([...all, ...all].map((i) => send(i)));
    expect(answers.filter(({ counted }) => counted === 1)).toHaveLength(60);
    expect(answers.flatMap(({ uncounted }) => uncounted)).toEqual(Array.from({ length: 60 }, () => 'repeated'));
    expect(await total()).toEqual({ sessions: 60, failed: 60 });
  });

  it('counts once what was written while its answer was lost', async () => {
    let lost = 0;
    proxy.decide = ({ headers }) => {
      const isWrite = String(headers['x-amz-target']).endsWith('TransactWriteItems');
      return isWrite && (lost += 1) <= 2 ? { kind: 'answer-lost' } : 'pass';
    };
    await send(1, { kind: 'ok' });
    await send(2, { kind: 'ok' });
    for (let i = 3; i < 9; i += 1) await send(i, { kind: 'ok' });
    expect(lost).toBeGreaterThan(2);
    expect(await total()).toEqual({ sessions: 8, failed: 0 });
  });

  it('writes again where two transactions met, with the same token, and gives up after six times', async () => {
    const tokens: string[] = [];
    const met = { writes: 0, most: 3 };
    const conflicting = createDynamoTable({
      ...options,
      newId: () => {
        const id = randomUUID();
        tokens.push(id);
        return id;
      },
    });
    proxy.decide = ({ headers }) => {
      if (!String(headers['x-amz-target']).endsWith('TransactWriteItems')) return 'pass';
      met.writes += 1;
      return met.writes <= met.most ? { kind: 'answered', status: 400, body: conflict } : 'pass';
    };
    const ingestion = createTableIngest({ table: conflicting });
    expect(await ingestion.ingest(...sent(1, 'ok'))).toEqual({ counted: 1, uncounted: [] });
    expect([met.writes, tokens.length]).toEqual([4, 1]);
    met.most = Infinity;
    await expect(ingestion.ingest(...sent(2, 'ok'))).rejects.toMatchObject({ code: 'telemetry-unreachable' });
    expect([met.writes, tokens.length]).toEqual([10, 2]);
  });

  it('takes 5 sessions of one address range in a base slot, and no more', async () => {
    const answers = [];
    for (let i = 0; i < 8; i += 1) answers.push(await send(i, { kind: 'ok', range: '203.0.113.0/24' }));
    expect(answers.map(({ counted }) => counted)).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
    expect(answers.at(-1)?.uncounted).toEqual(['range-full']);
    await send(20, { kind: 'ok', range: '198.51.100.0/24' });
    expect(await total()).toEqual({ sessions: 6, failed: 0 });
  });

  it('counts one failure of a range, told or silent; what is more counts nowhere', async () => {
    for (let i = 0; i < 3; i += 1) await send(i, { kind: 'failed', range: '203.0.113.0/24' });
    for (let i = 3; i < 7; i += 1) await send(i, { range: '198.51.100.0/24' });
    await send(30, { kind: 'ok', range: '192.0.2.0/24' });
    expect(await total()).toEqual({ sessions: 3, failed: 2 });
  });

  it('spreads a hot app over all its shards, and keeps no address and no subject', async () => {
    table = createDynamoTable({ ...options, connection: peer.connection });
    await Promise.all(Array.from({ length: 200 }, (_, i) => send(i, { kind: 'ok', range: `10.0.${String(i)}.0/24` })));
    const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
    const { Items = [] } = await peer.client.send(new ScanCommand({ TableName: options.table }));
    const partitions = Items.map((row) => row['p']?.S ?? '');
    expect(new Set(partitions.filter((p) => p.startsWith('cells/'))).size).toBe(16);
    expect(JSON.stringify(Items)).not.toMatch(/subject\d|10\.0\./);
    const lasting = Items.filter((row) => row['x'] === undefined).map((row) => row['p']?.S);
    expect(lasting).toEqual(['watch']);
  });

  it('two controllers close each slot once', async () => {
    for (let i = 0; i < 20; i += 1) await send(i, { kind: 'ok' });
    nowMs += 60_000;
    const both = [source(), source()];
    for (const one of both) await one.watch([watchedRollout]);
    const [one, other] = await Promise.all(both.map((each) => each.closedSlots('r1', 0)));
    expect(one).toEqual(other);
    expect(one?.map(({ id }) => id)).toEqual([1]);
  });

  it('says that the table is not there, and how it is made', async () => {
    const missing = createDynamoTable({ ...options, table: 'sluice-not-there' });
    await expect(missing.watches()).rejects.toMatchObject({
      code: 'telemetry-unreachable',
      message: 'There is no table "sluice-not-there" in DynamoDB.',
    });
  });
});

const conflict = JSON.stringify({
  __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
  Message: 'Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]',
  CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
});
