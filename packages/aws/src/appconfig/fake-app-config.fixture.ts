import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { control } from './fake-control.fixture.js';
import { byId, isMoving, newId, Refusal, servedOf, type FakeSession, type State } from './fake-state.fixture.js';

// A fake of AppConfig and its data plane, OURS, written from AWS's API references: what it refuses and how long things
// take is what those pages say, and nothing shows that AWS does the same. MiniStack stands for what it can.

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object | Buffer;
}

export interface FakeRequest {
  readonly method: string;
  /** Parts of the path. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

export interface FakeAppConfig {
  readonly url: string;
  readonly state: State;
  /** Every request that changes something, such as `POST deployments`. */
  readonly writes: string[];
  /** Every request. */
  readonly seen: string[];
  /** What becomes of the next requests; `lost`: carried out, and its answer never arrives. */
  decide: (name: string) => 'pass' | 'lost' | 'refused' | 'throttled';
  readonly stop: () => Promise<void>;
}

export async function startFakeAppConfig(): Promise<FakeAppConfig> {
  const state: State = {
    application: { Id: 'app0001', Name: 'mfe-platform' },
    environments: [{ Id: 'env0001', Name: 'production', Monitors: [] }],
    profiles: [],
    strategies: [],
    deployments: [],
    sessions: new Map(),
    counter: 0,
    nowMs: 0,
    looksUntilDone: 0,
    looks: 0,
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = requestOf(request, Buffer.concat(chunks));
      const name = `${asked.method} ${asked.path.findLast((part) => /^[a-z]+$/.test(part)) ?? ''}`;
      fake.seen.push(name);
      if (asked.method !== 'GET') fake.writes.push(name);
      const fate = fake.decide(name);
      const { status = 200, headers = {}, body } = fate === 'pass' || fate === 'lost' ? answer(state, asked) : no(fate);
      if (fate === 'lost') return void response.destroy();
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const fake: FakeAppConfig = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    state,
    writes: [],
    seen: [],
    decide: () => 'pass',
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return fake;
}

function requestOf(request: IncomingMessage, body: Buffer): FakeRequest {
  const url = new URL(request.url ?? '/', 'http://fake');
  const { method = 'GET', headers } = request;
  return { method, path: url.pathname.slice(1).split('/'), query: url.searchParams, headers, body };
}

function no(fate: 'refused' | 'throttled'): FakeAnswer {
  if (fate === 'throttled') return refusal(new Refusal(429, 'ThrottlingException', 'Rate exceeded.'));
  return refusal(new Refusal(500, 'InternalServerException', 'As asked.'));
}

function answer(state: State, request: FakeRequest): FakeAnswer {
  try {
    const [kind] = request.path;
    if (kind === 'configurationsessions') return session(state, request);
    if (kind === 'configuration') return latest(state, request);
    return control(state, request);
  } catch (error) {
    if (error instanceof Refusal) return refusal(error);
    throw error;
  }
}

function refusal({ status, code, message, more }: Refusal): FakeAnswer {
  return { status, headers: { 'x-amzn-errortype': code }, body: { Message: message, ...more } };
}

function session(state: State, { body }: FakeRequest): FakeAnswer {
  const asked = JSON.parse(body.toString()) as Record<string, string> & {
    readonly RequiredMinimumPollIntervalInSeconds?: number;
  };
  const named = <T extends { readonly Id: string; readonly Name: string }>(items: readonly T[], field: string): T =>
    byId(items, items.find(({ Id, Name }) => [Id, Name].includes(asked[field] ?? ''))?.Id ?? '');
  named([state.application], 'ApplicationIdentifier');
  const environment = named(state.environments, 'EnvironmentIdentifier').Id;
  const profile = named(state.profiles, 'ConfigurationProfileIdentifier');
  const leastSeconds = asked.RequiredMinimumPollIntervalInSeconds ?? 60;
  if (leastSeconds < 15 || leastSeconds > 86_400)
    throw new Refusal(400, 'BadRequestException', 'Between 15 and 86400.');
  const about = { environment, profile, leastSeconds, madeMs: state.nowMs, notBeforeMs: state.nowMs, version: 0 };
  return { status: 201, body: { InitialConfigurationToken: tokenOf(state, about) } };
}

const dayMs = 24 * 60 * 60 * 1000;

function latest(state: State, { query }: FakeRequest): FakeAnswer {
  const token = query.get('configuration_token') ?? '';
  const found = state.sessions.get(token);
  if (found === undefined) throw badToken('Corrupted');
  if (state.nowMs - found.madeMs >= dayMs) throw badToken('Expired');
  if (state.nowMs < found.notBeforeMs) throw badToken('PollIntervalNotSatisfied');
  // Good for one call.
  state.sessions.delete(token);
  settleAll(state);
  const served = servedOf(state, found.environment, found.profile);
  const version = served?.version ?? 0;
  const content = version === found.version ? undefined : found.profile.versions.get(version);
  const notBeforeMs = state.nowMs + found.leastSeconds * 1000;
  const next = tokenOf(state, { ...found, madeMs: state.nowMs, notBeforeMs, version });
  const headers = {
    'next-poll-configuration-token': next,
    'next-poll-interval-in-seconds': String(found.leastSeconds),
    'content-type': 'application/json',
  };
  return { headers, body: content ?? Buffer.alloc(0) };
}

function badToken(Problem: string): Refusal {
  const Details = { InvalidParameters: { ConfigurationToken: { Problem } } };
  return new Refusal(400, 'BadRequestException', `Token: ${Problem}`, { Reason: 'InvalidParameters', Details });
}

function tokenOf(state: State, about: FakeSession): string {
  const token = `token-${newId(state)}`;
  state.sessions.set(token, about);
  return token;
}

/** Deployments all at once end by themselves after so many looks; others grow and bake for as long as the test wants. */
export function settleAll(state: State): void {
  for (const one of state.deployments.filter(isMoving)) {
    const { DeploymentDurationInMinutes, FinalBakeTimeInMinutes } = one.strategy;
    state.looks += 1;
    if (DeploymentDurationInMinutes + FinalBakeTimeInMinutes > 0 || state.looks <= state.looksUntilDone) continue;
    one.state = 'COMPLETE';
  }
}
