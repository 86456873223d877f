import { bucketOf } from '@sluice/core';
import { tableDefinition } from '@sluice/aws/dynamodb';
import { alarmsFor, putAlarms } from '@sluice/aws/cloudwatch';
import { createS3Store, parseS3Url } from '@sluice/aws/s3';
import { describeWith, moto, peerCredentials, type RunningPeer } from '@sluice/peers';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { aPlatform, finished, firstJson } from './sluice.fixture.mjs';

// The controller as a person starts it: beacons go into DynamoDB, and slots come out of it.

// A slot closes late enough for beacons that a busy machine sends slowly.
const short = { slot: '1s', outcomeWindow: '6s', closingLag: '6s' };
const quick = { stages: [{ percent: 50, soak: '1h' }], ...short };
const table = 'sluice-telemetry';
const store = 's3://sluice-counting/prod';
const credentials = {
  AWS_ACCESS_KEY_ID: peerCredentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: peerCredentials.secretAccessKey,
};

describeWith([moto], 'a target that counts in DynamoDB', () => {
  let peer: RunningPeer;
  let own: Awaited<ReturnType<typeof aPlatform>>;
  beforeAll(async () => {
    peer = await moto.start();
    await fetch(`${peer.url}/sluice-counting`, { method: 'PUT' });
    await makeTable(peer.url);
  });
  afterAll(() => peer.stop());
  beforeEach(async () => {
    const telemetry = { kind: 'dynamodb', table, endpoint: peer.url };
    const controller = { port: 0, tick: '100ms' };
    const production = { kind: 'aws', region: 'us-east-1', store, endpoint: peer.url, telemetry, controller };
    own = await aPlatform({ plans: { quick }, plan: 'quick', targets: { local: {}, production } });
  });
  afterEach(async () => own.remove());

  const sluice = async (...args: readonly string[]): Promise<void> => {
    const answer = await own.sluiceWith(credentials, ...args, '--target', 'production');
    expect([answer.code, answer.stderr]).toEqual([0, '']);
  };
  const totals = async (): Promise<readonly number[]> => {
    const connection = { region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials };
    const found = await createS3Store({ ...parseS3Url(store), connection }).read('mfe1/rollout.json');
    const { members } = JSON.parse(new TextDecoder().decode(found?.bytes)) as { members: [{ rollout: Counted }] };
    const { canary, baseline } = members[0].rollout.analysis.totals;
    return [canary.sessions, canary.failed, baseline.sessions, baseline.failed];
  };

  const findings = async (...checks: readonly string[]) => {
    const answer = await own.sluiceWith(credentials, 'doctor', '--target', 'production', '--json');
    const { findings: all } = answer.json() as { findings: { check: string; ok: boolean; text: string }[] };
    return all.filter(({ check }) => checks.includes(check)).map(({ ok, text }) => [ok, text]);
  };

  it('doctor says which of its alarms are not there, and whether its table is; both can be cured', async () => {
    const telemetry = { kind: 'dynamodb', table: 'not-there', endpoint: peer.url };
    const target = { kind: 'aws', region: 'us-east-1', store, endpoint: peer.url, controller: { port: 0 } };
    const written = (production: object) =>
      own.configure({ plans: { quick }, plan: 'quick', alarms: 'brief', targets: { local: {}, production } });
    await written({ ...target, telemetry });
    await sluice('init');
    expect(await findings('alarms', 'table')).toEqual([
      [false, 'There is no table "not-there" in DynamoDB.'],
      [false, '4 of 4 alarms are not in CloudWatch: they would never go off.'],
    ]);
    await written({ ...target, telemetry: { ...telemetry, table } });
    const connection = { region: 'us-east-1', endpoint: peer.url, credentials: peerCredentials };
    await putAlarms({ alarms: alarmsFor({ apps: ['mfe1', 'mfe2'] }), connection });
    expect(await findings('alarms', 'table')).toEqual([
      [true, `the table "${table}" answers`],
      [true, "4 of the brief's are there"],
    ]);
  });

  it('sessions that are sent to /api/metrics are in the record a few seconds later, each once', async () => {
    await sluice('init');
    for (const version of ['v1.0.0', 'v1.1.0']) {
      await sluice('publish', await own.build(version), '--app', 'mfe1', '--version', version);
      await sluice('start', 'mfe1', version);
    }
    const child = own.start(['serve', '--target', 'production', '--json'], credentials);
    const { controller } = (await firstJson(child)) as { controller: string };
    const wanted = [0, 0, 0, 0];
    // The controller follows the rollout: sessions that come before are none of it.
    await expect.poll(() => rowsOf(peer.url)).toBeGreaterThan(0);
    const visit = async (i: number, outcome: 'ok' | 'failed') => {
      const isCanary = bucketOf('mfe1@v1.1.0', `visitor${String(i)}`) < 5000;
      const kind = isCanary ? outcome : 'ok';
      add(wanted, isCanary ? [1, kind === 'failed' ? 1 : 0, 0, 0] : [0, 0, 1, 0]);
      for (const sent of ['attempt', kind, kind])
        expect(await beacon(controller, { i, isCanary, kind: sent })).toBe(204);
    };
    // All at once: where the first of them are judged before the last have come, the canary is taken back.
    await Promise.all(Array.from({ length: 12 }, (_, i) => visit(i, 'failed')));
    expect(wanted.every((count, at) => count > 0 || at === 3)).toBe(true);
    let looks = 0;
    const areCounted = async (): Promise<boolean> => {
      // A slot stays open until both arms are in it: where the last one has but one of them, more visitors close it.
      if ((looks += 1) % 100 === 0) await Promise.all([0, 1, 2, 3].map((more) => visit(looks + more, 'ok')));
      return String(await totals()) === String(wanted);
    };
    await expect.poll(areCounted, { timeout: 200_000, interval: 200 }).toBe(true);
    child.kill('SIGTERM');
    await finished(child);
  });

  it('doctor says what a router serves that is behind, and the next command cures it', async () => {
    const us = { name: 'us', store: 's3://sluice-counting/us', region: 'us-east-1', endpoint: peer.url };
    const behind = { kind: 'aws', region: 'us-east-1', store: 's3://sluice-counting/behind', endpoint: peer.url };
    const written = (regions: readonly object[]) => {
      const production = { ...behind, controller: { port: 0 }, regions };
      return own.configure({ plans: { quick }, plan: 'quick', targets: { local: {}, production } });
    };
    await written([]);
    await sluice('init');
    await sluice('publish', await own.build('v1.0.0'), '--app', 'mfe1', '--version', 'v1.0.0');
    await sluice('start', 'mfe1', 'v1.0.0');
    await written([us]);
    const [first] = await findings('router');
    expect(first).toEqual([false, 'region us serves nothing of mfe1; the pointer says v1.0.0 0 %.']);
    await own.sluiceWith(credentials, 'pause', 'mfe1', '--target', 'production');
    expect((await findings('router'))[0]).toEqual([true, 'region us serves v1.0.0 0 % of mfe1']);
  });
});

interface Counted {
  readonly analysis: {
    readonly totals: Readonly<Record<'canary' | 'baseline', { readonly sessions: number; readonly failed: number }>>;
  };
}

function add(sums: number[], more: readonly number[]): void {
  for (const [at, count] of more.entries()) sums[at] = (sums[at] ?? 0) + count;
}

async function beacon(
  controller: string,
  { i, isCanary, kind }: { readonly i: number; readonly isCanary: boolean; readonly kind: string },
): Promise<number> {
  const version = isCanary ? 'v1.1.0' : 'v1.0.0';
  const event = { kind, app: 'mfe1', version, generation: 2, reason: 'bucket', ageMs: 0 };
  const page = `page-${String(i).padStart(8, '0')}`;
  const body = JSON.stringify({ schema: 1, page, versions: { mfe1: version }, events: [event] });
  const headers = { cookie: `sluice_id=visitor${String(i)}`, 'sec-fetch-site': 'same-origin' };
  return (await fetch(`${controller}/api/metrics`, { method: 'POST', headers, body })).status;
}

async function makeTable(url: string): Promise<void> {
  const { partitionKey, sortKey, billing } = tableDefinition;
  const keys = [partitionKey, sortKey];
  await askDynamo(url, 'CreateTable', {
    BillingMode: billing,
    AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: keys.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' })),
  });
}

async function rowsOf(url: string): Promise<number> {
  return ((await (await askDynamo(url, 'Scan', { Select: 'COUNT' })).json()) as { Count: number }).Count;
}

function askDynamo(url: string, action: string, input: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${action}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=sluice/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ TableName: table, ...input }),
  });
}
