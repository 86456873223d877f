import { settleAll, type FakeAnswer, type FakeRequest } from './fake-app-config.fixture.js';
import {
  byId,
  isMoving,
  newId,
  Refusal,
  refuseValidators,
  validate,
  type FakeDeployment,
  type FakeProfile,
  type FakeStrategy,
  type State,
} from './fake-state.fixture.js';

// The half of the fake that is AppConfig's control plane.

type Body = Readonly<Record<string, unknown>>;

export function control(state: State, request: FakeRequest): FakeAnswer {
  const [kind, id = '', part, partId, sub, subId] = request.path;
  const isJson = request.headers['content-type'] === 'application/json' && sub !== 'hostedconfigurationversions';
  const body = (isJson && request.body.length > 0 ? JSON.parse(request.body.toString()) : {}) as Body;
  if (kind === 'deploymentstrategies') return strategies(state, { ...request, body, id });
  if (id === '') return { body: { Items: [state.application] } };
  byId([state.application], id);
  if (part === 'environments') {
    if (partId === undefined) return { body: { Items: state.environments } };
    const environment = byId(state.environments, partId);
    return sub === 'deployments'
      ? deployments(state, { method: request.method, body, environment })
      : { body: environment };
  }
  if (partId === undefined) return profiles(state, request.method, body);
  const profile = byId(state.profiles, partId);
  if (sub === 'hostedconfigurationversions') return versions(profile, request, subId);
  if (request.method === 'PATCH') {
    const Validators = (body['Validators'] ?? profile.Validators) as FakeProfile['Validators'];
    refuseValidators(Validators);
    profile.Validators = Validators;
  }
  return { body: profile };
}

function strategies(state: State, asked: { method: string; body: Body; id: string }): FakeAnswer {
  if (asked.method === 'GET') return { body: { Items: state.strategies } };
  if (asked.method === 'PATCH') return { body: Object.assign(byId(state.strategies, asked.id), asked.body) };
  const made = { ...asked.body, Id: newId(state) } as unknown as FakeStrategy;
  state.strategies.push(made);
  return { status: 201, body: made };
}

function profiles(state: State, method: string, body: Body): FakeAnswer {
  if (method === 'GET') return { body: { Items: state.profiles.map(({ versions: _content, ...one }) => one) } };
  const Validators = (body['Validators'] ?? []) as FakeProfile['Validators'];
  refuseValidators(Validators);
  const made = { ...body, Id: newId(state), Validators, versions: new Map(), last: 0 } as unknown as FakeProfile;
  state.profiles.push(made);
  return { status: 201, body: made };
}

function versions(profile: FakeProfile, { method, headers, body }: FakeRequest, id: string | undefined): FakeAnswer {
  if (method === 'POST') {
    if (body.length > 1_000_000) throw new Refusal(413, 'PayloadTooLargeException', 'The configuration is too large.');
    const expected = headers['latest-version-number'];
    if (expected !== undefined && Number(expected) !== profile.last)
      throw new Refusal(409, 'ConflictException', 'Another version is the latest.');
    profile.last += 1;
    profile.versions.set(profile.last, body);
    return { status: 201, headers: { 'version-number': String(profile.last) }, body };
  }
  if (id === undefined) {
    const Items = [...profile.versions.keys()].toReversed().map((VersionNumber) => ({ VersionNumber }));
    return { body: { Items } };
  }
  const found = profile.versions.get(Number(id));
  if (found === undefined) throw new Refusal(404, 'ResourceNotFoundException', 'There is no such version.');
  if (method === 'DELETE') profile.versions.delete(Number(id));
  return { headers: { 'version-number': id }, body: found };
}

interface DeploymentsAsked {
  readonly method: string;
  readonly body: Body;
  readonly environment: { readonly Id: string };
}

function deployments(state: State, { method, body, environment }: DeploymentsAsked): FakeAnswer {
  settleAll(state);
  const present = state.deployments.filter((one) => one.environment === environment.Id);
  if (method === 'GET') return { body: { Items: present.toReversed().map(described) } };
  const expected = body['LatestDeploymentNumber'];
  const number = (present.at(-1)?.number ?? 0) + 1;
  if (expected !== undefined && expected !== number - 1)
    throw new Refusal(409, 'ConflictException', 'Another deployment is the latest.');
  if (present.some(isMoving)) throw new Refusal(409, 'ConflictException', 'A deployment is in progress.');
  const profile = byId(state.profiles, String(body['ConfigurationProfileId']));
  const version = Number(body['ConfigurationVersion']);
  const content = profile.versions.get(version);
  if (content === undefined) throw new Refusal(404, 'ResourceNotFoundException', 'There is no such version.');
  validate(profile, content);
  const strategy = { ...byId(state.strategies, String(body['DeploymentStrategyId'])) };
  const made: FakeDeployment = { number, environment: environment.Id, profile, version, strategy, state: 'DEPLOYING' };
  state.deployments.push(made);
  state.looks = 0;
  if (state.looksUntilDone === 0) settleAll(state);
  return { status: 201, body: described(made) };
}

function described({ number, profile, version, strategy, state }: FakeDeployment): object {
  return {
    DeploymentNumber: number,
    ConfigurationProfileId: profile.Id,
    ConfigurationName: profile.Name,
    ConfigurationVersion: String(version),
    State: state,
    DeploymentDurationInMinutes: strategy.DeploymentDurationInMinutes,
    FinalBakeTimeInMinutes: strategy.FinalBakeTimeInMinutes,
    GrowthFactor: strategy.GrowthFactor,
  };
}
