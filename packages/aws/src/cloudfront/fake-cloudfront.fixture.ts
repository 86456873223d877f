import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { policy } from './fake-policy.fixture.js';
import {
  domainOf,
  inner,
  matched,
  next,
  Refusal,
  tag,
  withTag,
  type Answer,
  type Change,
  type FakeDistribution,
  type FakePolicy,
  type State,
} from './fake-state.fixture.js';

// A fake of our own, written from the API reference of CloudFront (2020-05-31) and its guide on continuous deployment:
// no program of others speaks this part. It keeps configurations as the XML that it was sent, and refuses what is
// documented to be refused.

export interface FakeCloudFront {
  readonly url: string;
  readonly distributions: ReadonlyMap<string, FakeDistribution>;
  readonly policies: ReadonlyMap<string, FakePolicy>;
  /** Requests that would change something, in order. */
  readonly writes: string[];
  /** `later`: changes stay in progress until {@link deployAll}. */
  deploys: 'at-once' | 'later';
  deployAll: () => void;
  /** What becomes of the next write: `before`, it is not carried out; `after`, it is, and the line is cut. */
  crash: (write: number) => 'before' | 'after' | undefined;
  readonly stop: () => Promise<void>;
}

export async function startFakeCloudFront(): Promise<FakeCloudFront> {
  const distributions = new Map<string, FakeDistribution>();
  const policies = new Map<string, FakePolicy>();
  const state: State = {
    distributions,
    policies,
    tags: new Map(),
    counter: 0,
    inProgress: () => fake.deploys === 'later',
  };
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const isWrite = request.method !== 'GET';
      if (isWrite) fake.writes.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const crash = isWrite ? fake.crash(fake.writes.length) : undefined;
      if (crash === 'before') return response.destroy();
      const answer = answerTo(state, request, body);
      if (crash === 'after') return response.destroy();
      return response.writeHead(answer.status, { 'content-type': 'text/xml', etag: answer.etag ?? '' }).end(answer.xml);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const fake: FakeCloudFront = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    distributions,
    policies,
    writes: [],
    deploys: 'at-once',
    deployAll: () => {
      for (const one of distributions.values()) one.deployed = true;
    },
    crash: () => undefined,
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

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function answerTo(state: State, request: IncomingMessage, body: string): Answer {
  try {
    return dispatch(state, request, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { status, code, message } = error;
    const xml = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;
    return { status, xml };
  }
}

function dispatch(state: State, request: IncomingMessage, body: string): Answer {
  const url = new URL(request.url ?? '/', 'http://fake');
  const [, kind = '', id = '', part = ''] = url.pathname.split('/').slice(1);
  const ifMatch = request.headers['if-match'];
  const method = request.method ?? 'GET';
  if (kind === 'tagging') return tagging(state, url, body);
  if (kind === 'continuous-deployment-policy') return policy(state, { method, id, ifMatch, body });
  if (method === 'GET' && id === '') return list(state);
  if (method === 'GET') return described(found(state, id), 200);
  if (method === 'POST' && id === '') return create(state, inner(body, 'DistributionConfig'));
  if (part === 'copy') return copy(state, { id, ifMatch, body });
  if (part === 'promote-staging-config') return promote(state, { id, ifMatch, url });
  return update(state, { id, ifMatch, config: inner(body, 'DistributionConfig') });
}

function create(state: State, config: string): Answer {
  if (tag(config, 'ContinuousDeploymentPolicyId') !== '')
    throw new Refusal(400, 'InvalidArgument', 'A continuous deployment policy cannot be attached at creation.');
  const made = { id: next(state, 'E'), xml: config, etag: next(state, 'ETAG'), deployed: !state.inProgress() };
  state.distributions.set(made.id, made);
  return described(made, 201);
}

function copy(state: State, { id, ifMatch, body }: Change & { readonly body: string }): Answer {
  const primary = matched(found(state, id), ifMatch);
  const reference = tag(body, 'CallerReference');
  const present = [...state.distributions.values()].find(({ xml }) => tag(xml, 'CallerReference') === reference);
  if (present !== undefined) throw new Refusal(409, 'DistributionAlreadyExists', 'The caller reference is in use.');
  const without = withTag(withTag(primary.xml, 'ContinuousDeploymentPolicyId', ''), 'CallerReference', reference);
  const xml = withTag(without, 'Staging', 'true');
  const made = { id: next(state, 'E'), xml, etag: next(state, 'ETAG'), deployed: !state.inProgress() };
  state.distributions.set(made.id, made);
  return described(made, 201);
}

function update(state: State, { id, ifMatch, config }: Change & { readonly config: string }): Answer {
  const present = matched(found(state, id), ifMatch);
  const policyId = tag(config, 'ContinuousDeploymentPolicyId');
  if (policyId !== '') {
    const attached = state.policies.get(policyId);
    if (attached === undefined) throw new Refusal(404, 'NoSuchContinuousDeploymentPolicy', 'There is no such policy.');
    const staging = [...state.distributions.values()].find(({ id: one }) => attached.xml.includes(domainOf(one)));
    if (tag(config, 'HttpVersion').includes('3') || tag(staging?.xml ?? '', 'HttpVersion').includes('3'))
      throw new Refusal(400, 'InvalidArgument', 'Continuous deployment is not supported with HTTP/3.');
  }
  Object.assign(present, { xml: config, etag: next(state, 'ETAG'), deployed: !state.inProgress() });
  return described(present, 200);
}

function promote(state: State, { id, ifMatch, url }: Change & { readonly url: URL }): Answer {
  const primary = found(state, id);
  const staging = found(state, url.searchParams.get('StagingDistributionId') ?? '');
  if (ifMatch !== `${primary.etag}, ${staging.etag}`) throw new Refusal(412, 'PreconditionFailed', 'Stale ETags.');
  if (!primary.deployed || !staging.deployed)
    throw new Refusal(400, 'IllegalUpdate', 'A distribution is still being deployed.');
  const attached = state.policies.get(tag(primary.xml, 'ContinuousDeploymentPolicyId'));
  if (attached === undefined || tag(attached.xml, 'Enabled') !== 'true')
    throw new Refusal(400, 'IllegalUpdate', 'The staging distribution is not in continuous deployment with it.');
  // Everything but aliases and the policy's id; the policy is disabled.
  let xml = withTag(staging.xml, 'ContinuousDeploymentPolicyId', tag(primary.xml, 'ContinuousDeploymentPolicyId'));
  xml = withTag(withTag(xml, 'CallerReference', tag(primary.xml, 'CallerReference')), 'Staging', 'false');
  Object.assign(primary, { xml, etag: next(state, 'ETAG'), deployed: !state.inProgress() });
  Object.assign(attached, { xml: withTag(attached.xml, 'Enabled', 'false'), etag: next(state, 'ETAG') });
  return described(primary, 200);
}

function tagging(state: State, url: URL, body: string): Answer {
  const arn = url.searchParams.get('Resource') ?? '';
  if (url.searchParams.get('Operation') === 'Tag') {
    const value = tag(body, 'Value');
    if (!/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value))
      throw new Refusal(400, 'InvalidTagging', 'Not a tag value.');
    state.tags.set(arn, body.slice(body.indexOf('<Items>'), body.indexOf('</Items>') + '</Items>'.length));
    return { status: 204, xml: '' };
  }
  return { status: 200, xml: `<Tags>${state.tags.get(arn) ?? '<Items></Items>'}</Tags>` };
}

function list(state: State): Answer {
  const items = [...state.distributions.values()].map(
    ({ id, xml }) =>
      `<DistributionSummary><Id>${id}</Id><Staging>${tag(xml, 'Staging') || 'false'}</Staging></DistributionSummary>`,
  );
  const head = `<Marker></Marker><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>${String(items.length)}</Quantity>`;
  return { status: 200, xml: `<DistributionList>${head}<Items>${items.join('')}</Items></DistributionList>` };
}

function found(state: State, id: string): FakeDistribution {
  const one = state.distributions.get(id);
  if (one === undefined) throw new Refusal(404, 'NoSuchDistribution', `There is no distribution ${id}.`);
  return one;
}

function described({ id, xml, etag, deployed }: FakeDistribution, status: number): Answer {
  const head = `<Id>${id}</Id><ARN>arn:aws:cloudfront::123456789012:distribution/${id}</ARN><Status>${deployed ? 'Deployed' : 'InProgress'}</Status>`;
  const more = `<DomainName>${domainOf(id)}</DomainName><DistributionConfig>${xml}</DistributionConfig>`;
  return { status, xml: `<Distribution>${head}${more}</Distribution>`, etag };
}
