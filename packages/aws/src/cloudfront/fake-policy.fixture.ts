import {
  domainOf,
  inner,
  matched,
  next,
  Refusal,
  tag,
  type Answer,
  type Change,
  type FakePolicy,
  type State,
} from './fake-state.fixture.js';

// The half of the fake that knows policies of continuous deployment.

interface PolicyRequest extends Change {
  readonly method: string;
  readonly body: string;
}

export function policy(state: State, { method, id, ifMatch, body }: PolicyRequest): Answer {
  const config = inner(body, 'ContinuousDeploymentPolicyConfig');
  if (method === 'GET' && id === '') {
    const items = [...state.policies.values()].map(
      (one) => `<ContinuousDeploymentPolicySummary>${policyXml(one)}</ContinuousDeploymentPolicySummary>`,
    );
    const xml = `<ContinuousDeploymentPolicyList><MaxItems>100</MaxItems><Quantity>${String(items.length)}</Quantity><Items>${items.join('')}</Items></ContinuousDeploymentPolicyList>`;
    return { status: 200, xml };
  }
  if (method !== 'GET') refusePolicy(state, config);
  if (method === 'POST') {
    const dns = tag(config, 'DnsName');
    if ([...state.policies.values()].some(({ xml }) => tag(xml, 'DnsName') === dns))
      throw new Refusal(409, 'StagingDistributionInUse', 'Another policy has this staging distribution.');
    const made = { id: next(state, 'P'), xml: config, etag: next(state, 'ETAG') };
    state.policies.set(made.id, made);
    return { status: 201, xml: policyXml(made), etag: made.etag };
  }
  const present = state.policies.get(id);
  if (present === undefined) throw new Refusal(404, 'NoSuchContinuousDeploymentPolicy', 'There is no such policy.');
  if (method === 'PUT') Object.assign(matched(present, ifMatch), { xml: config, etag: next(state, 'ETAG') });
  return { status: 200, xml: policyXml(present), etag: present.etag };
}

function refusePolicy(state: State, config: string): void {
  const refuse = (message: string): Refusal => new Refusal(400, 'InvalidArgument', message);
  if (config.includes('<SingleWeightConfig>') && config.includes('<SingleHeaderConfig>'))
    throw refuse('A policy has a weight or a header, not both.');
  const weight = Number(tag(config, 'Weight') || '0');
  if (weight < 0 || weight > 0.15) throw refuse('The weight must be between 0 and 0.15.');
  const header = tag(config, 'Header');
  if (header !== '' && !header.startsWith('aws-cf-cd-')) throw refuse('The header must begin with aws-cf-cd-.');
  for (const ttl of ['IdleTTL', 'MaximumTTL']) {
    const seconds = Number(tag(config, ttl) || '300');
    if (seconds < 300 || seconds > 3600) throw refuse('Stickiness is between 300 and 3600 seconds.');
  }
  const staging = [...state.distributions.values()].find(({ id }) => domainOf(id) === tag(config, 'DnsName'));
  if (staging === undefined || tag(staging.xml, 'Staging') !== 'true')
    throw new Refusal(404, 'InvalidDomainNameForOriginAccessControl', 'It is not a staging distribution.');
}

function policyXml({ id, xml }: FakePolicy): string {
  const config = `<ContinuousDeploymentPolicyConfig>${xml}</ContinuousDeploymentPolicyConfig>`;
  return `<ContinuousDeploymentPolicy><Id>${id}</Id>${config}</ContinuousDeploymentPolicy>`;
}
