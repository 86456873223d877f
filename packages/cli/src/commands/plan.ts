import type { AppId } from '@sluice/core';
import { countText, DeliveryError, longText, percentText, rateText } from '@sluice/core';
import { coloursFor } from '../colours.js';
import { appsNamed, openContext, planFor, type Context, type GlobalOptions, type World } from '../context.js';
import { expectationOf, trafficOf, type Expectation } from '../expectation.js';
import { say } from '../output.js';
import { parseShare, parseTraffic } from '../traffic.js';

export interface PlanOptions extends GlobalOptions {
  readonly app: string | undefined;
  readonly all?: boolean;
  readonly plan?: string;
  readonly traffic?: string;
  readonly errors?: string;
}

/** How long a rollout of each app will take, and what it will expose; writes nothing. */
export async function plan(world: World, options: PlanOptions): Promise<void> {
  const context = await openContext(world, options);
  const given = givenIn(context, options);
  const apps = appsNamed(context, options.app).map(({ place }) => place.app);
  const traffic = await trafficOf(context, apps, given);
  const expectations = apps.flatMap((app) => {
    const configured = context.config.apps.find(({ place }) => place.app === app);
    const known = traffic.get(app);
    return configured && known
      ? [
          expectationOf(context.target, {
            app: configured,
            plan: planFor(context, configured, options.plan),
            traffic: known,
          }),
        ]
      : [];
  });
  const pc = coloursFor({ env: world.env, stream: process.stdout });
  const lines = [...table(expectations).map((row, i) => (i === 0 ? pc.dim(row) : row)), ...notes(expectations)];
  say(options.json, { apps: expectations }, lines.join('\n'));
}

interface GivenTraffic {
  readonly sessionsPerSecond: number | undefined;
  readonly failureRate: number | undefined;
}

/** What was typed, checked; throws `usage` with everything that is wrong. */
function givenIn(context: Context, options: PlanOptions): GivenTraffic {
  const { app, all, traffic, errors, plan: name } = options;
  const sessionsPerSecond = traffic === undefined ? undefined : parseTraffic(traffic);
  const failureRate = errors === undefined ? undefined : parseShare(errors);
  const plans = [...context.config.plans.keys()];
  const names = [...context.config.apps.map(({ place }) => place.app), ...context.config.groups.map((one) => one.name)];
  const details = [
    ...(app !== undefined && all === true ? ['An app and --all: leave one of them out.'] : []),
    ...(app === undefined || names.some((one) => one === app)
      ? []
      : [`There is no app or group "${app}": choose one of ${names.join(', ')}.`]),
    ...(name === undefined || plans.includes(name)
      ? []
      : [`There is no plan "${name}": choose one of ${plans.join(', ')}.`]),
    ...(traffic === undefined || sessionsPerSecond !== undefined
      ? []
      : [`--traffic "${traffic}" is not sessions in a time: write 10 (a second), 600/min or 50000/day, above 0.`]),
    ...(errors === undefined || failureRate !== undefined
      ? []
      : [`--errors "${errors}" is not a share of failed sessions: write 0.5%, from 0 to below 100.`]),
  ];
  if (details.length === 0) return { sessionsPerSecond, failureRate };
  throw new DeliveryError({
    code: 'usage',
    message: 'Nothing can be told with these options.',
    remedy: 'Change what is named above; `sluice plan --help` has examples.',
    details,
  });
}

/** One line an app, in columns. */
function table(expectations: readonly Expectation[]): readonly string[] {
  const head = [
    'APP',
    'PLAN',
    'TRAFFIC',
    'ERRORS',
    'TO FULL WEIGHT',
    'BAKE',
    'IN ALL',
    '1 IN 10 OVER',
    'CANARY SESSIONS',
  ];
  const rows = [head, ...expectations.map(rowOf)];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function rowOf({ app, plan: name, traffic, forecast }: Expectation): string[] {
  if (traffic.kind === 'unknown' || forecast === null) return [app, name, 'not known'];
  const bakeMs = forecast.stages.at(-1)?.ms ?? 0;
  const ramped = forecast.stages.slice(0, -1).reduce((sum, { ms }) => sum + ms, 0);
  const assumed = traffic.errors === 'assumed' ? ' assumed' : '';
  return [
    app,
    name,
    rateText(traffic.sessionsPerSecond),
    `${percentText(traffic.failureRate)}${assumed}`,
    longText(ramped),
    longText(bakeMs),
    longText(forecast.totalMs),
    longText(forecast.slowMs),
    Number.isFinite(ramped) ? countText(forecast.canarySessions) : '-',
  ];
}

/** Below the table: the stages of each app, what is to be known before, and how to give what is not known. */
function notes(expectations: readonly Expectation[]): readonly string[] {
  const lines = expectations.flatMap(({ app, sentence, warnings }) => [
    '',
    `${app}: ${sentence}`,
    ...warnings.map((warning) => `  ! ${warning}`),
  ]);
  const unknown = expectations.filter(({ traffic }) => traffic.kind === 'unknown').map(({ app }) => app);
  return unknown.length === 0 ? lines : [...lines, '', ...howToGive(unknown)];
}

function howToGive([first]: readonly AppId[]): readonly string[] {
  return [
    `Give it: \`sluice plan ${first ?? '--all'} --traffic 50000/day --errors 0.5%\`; or let \`sluice serve\` run, which counts`,
    'sessions as pages report them, and ask again some minutes later.',
  ];
}
