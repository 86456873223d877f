import Ajv from 'ajv-draft-04';

// What the fake of AppConfig keeps, and what it refuses.

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly more: object = {},
  ) {
    super(message);
  }
}

export interface FakeProfile {
  readonly Id: string;
  readonly Name: string;
  readonly LocationUri: string;
  readonly Type: string;
  Validators: readonly { readonly Type: string; readonly Content: string }[];
  readonly versions: Map<number, Buffer>;
  last: number;
}

interface FakeEnvironment {
  readonly Id: string;
  readonly Name: string;
  Monitors: readonly { readonly AlarmArn: string }[];
}

export interface FakeStrategy {
  readonly Id: string;
  readonly Name: string;
  DeploymentDurationInMinutes: number;
  GrowthFactor: number;
  GrowthType: string;
  FinalBakeTimeInMinutes: number;
}

export interface FakeDeployment {
  readonly number: number;
  readonly environment: string;
  readonly profile: FakeProfile;
  readonly version: number;
  readonly strategy: FakeStrategy;
  state: 'DEPLOYING' | 'BAKING' | 'COMPLETE' | 'ROLLED_BACK' | 'REVERTED';
}

export interface FakeSession {
  readonly environment: string;
  readonly profile: FakeProfile;
  readonly leastSeconds: number;
  readonly madeMs: number;
  readonly notBeforeMs: number;
  readonly version: number;
}

export interface State {
  readonly application: { readonly Id: string; readonly Name: string };
  readonly environments: FakeEnvironment[];
  readonly profiles: FakeProfile[];
  readonly strategies: FakeStrategy[];
  readonly deployments: FakeDeployment[];
  readonly sessions: Map<string, FakeSession>;
  counter: number;
  nowMs: number;
  /** How often deployments are looked at until one that begins is done. */
  looksUntilDone: number;
  looks: number;
}

export function newId(state: State): string {
  state.counter += 1;
  return `a${String(state.counter).padStart(5, '0')}`;
}

export function byId<T extends { readonly Id: string }>(items: readonly T[], id: string): T {
  const found = items.find((item) => item.Id === id);
  if (found === undefined) throw new Refusal(404, 'ResourceNotFoundException', `There is no ${id}.`);
  return found;
}

export const isMoving = ({ state }: FakeDeployment): boolean => state === 'DEPLOYING' || state === 'BAKING';

/** The deployment whose configuration everybody has. */
export function servedOf(state: State, environment: string, profile: FakeProfile): FakeDeployment | undefined {
  return state.deployments.findLast(
    (one) => one.environment === environment && one.profile === profile && ['BAKING', 'COMPLETE'].includes(one.state),
  );
}

export function refuseValidators(validators: FakeProfile['Validators']): void {
  if (validators.length > 2) throw new Refusal(400, 'BadRequestException', 'At most two validators.');
  const long = validators.find(({ Content }) => Content.length > 32_768);
  if (long !== undefined) throw new Refusal(400, 'BadRequestException', 'A validator has at most 32768 characters.');
}

/** AppConfig validates when a deployment starts. */
export function validate(profile: FakeProfile, content: Buffer): void {
  for (const { Type, Content } of profile.Validators) {
    if (Type !== 'JSON_SCHEMA') continue;
    const ajv = new Ajv.default({ strict: false });
    if (ajv.validate(JSON.parse(Content) as object, JSON.parse(content.toString()))) continue;
    throw new Refusal(400, 'BadRequestException', `Invalid configuration: ${ajv.errorsText()}`);
  }
}
