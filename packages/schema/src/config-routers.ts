import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';

/** What makes a decision about an app take effect. */
export type RouterName = (typeof routerNames)[number];
export const routerNames = ['manifest', 'edge', 'cloudfront-continuous-deployment', 'appconfig'] as const;

type Written = Readonly<Record<string, unknown>>;

/** What is wrong between apps and targets: a router without its settings, settings without an app of that router. */
export function routerIssues(config: Written): readonly Issue[] {
  const apps = entriesOf(config['apps']);
  const targets = entriesOf(config['targets']).filter(([, target]) => target['kind'] === 'aws');
  return [
    ...apps.flatMap(([name, app]) => shellIssues(name, app)),
    ...apps.flatMap(([name, app]) => (app['router'] === 'appconfig' ? onAwsIssue(name, 'appconfig', targets) : [])),
    ...apps.flatMap(([name, app]) => (isDeployed(app) ? onAwsIssue(name, continuous, targets) : [])),
    ...targets.flatMap(([name, target]) => [
      ...appConfigIssues(`targets.${name}.appConfig`, target, apps),
      ...continuousIssues(`targets.${name}`, target, apps),
    ]),
  ];
}

const continuous = 'cloudfront-continuous-deployment';
type Entry = readonly [name: string, entry: Written];

const isDeployed = (app: Written): boolean => app['router'] === continuous;

function entriesOf(written: unknown): readonly Entry[] {
  return isRecord(written) ? Object.entries(written).map(([name, one]) => [name, isRecord(one) ? one : {}]) : [];
}

function shellIssues(name: string, app: Written): readonly Issue[] {
  const place = `apps.${name}.router`;
  if (!isDeployed(app) || (app['kind'] === 'shell' && app['mount'] === undefined)) return [];
  const problem =
    "Continuous deployment of CloudFront moves what the default behaviour serves: a shell at the site's root.";
  return [{ place, problem, remedy: "Use 'manifest' for remotes, and 'edge' for shells under a path." }];
}

function onAwsIssue(name: string, router: string, targets: readonly Entry[]): readonly Issue[] {
  if (targets.length > 0) return [];
  const problem = `There is no target on AWS, where ${showValue(router)} is.`;
  return [{ place: `apps.${name}.router`, problem, remedy: "Add one with kind: 'aws', or use 'manifest' or 'edge'." }];
}

function appConfigIssues(place: string, target: Written, apps: readonly Entry[]): readonly Issue[] {
  const routed = apps.filter(([, app]) => app['router'] === 'appconfig').map(([name]) => name);
  const written = target['appConfig'] !== undefined;
  if (written === routed.length > 0) return [];
  const remedy = written
    ? "Give an app router: 'appconfig', or remove it."
    : "Add { application: 'mfe-platform', environment: 'production', profile: 'deployment-config' }.";
  const problem = written ? "No app has router 'appconfig'." : `It is missing, and ${routed.join(', ')} needs it.`;
  return [{ place, problem, remedy }];
}

function continuousIssues(target: string, written: Written, apps: readonly Entry[]): readonly Issue[] {
  const place = `${target}.continuousDeployment`;
  const settings = entriesOf(written['continuousDeployment']);
  const routed = apps.filter(([, app]) => isDeployed(app)).map(([name]) => name);
  const missing = routed
    .filter((name) => !settings.some(([app]) => app === name))
    .map((name) => ({
      place: `${place}.${name}`,
      problem: 'It is missing, and the app needs it.',
      remedy: `Add ${name}: { distribution: 'E2QWRUHAPOMQZL' }.`,
    }));
  const others = settings.flatMap(([name, one], i) => {
    const at = `${place}.${name}`;
    const issues: Issue[] = [];
    if (!routed.includes(name)) {
      const remedy = `Give the app router: ${showValue(continuous)}, or remove it.`;
      issues.push({ place: at, problem: `There is no app ${showValue(name)} with this router.`, remedy });
    }
    if (one['site'] === undefined && written['site'] === undefined) {
      const problem = 'Nobody knows where to try a version before visitors get it.';
      issues.push({
        place: `${at}.site`,
        problem,
        remedy: `Add site: 'https://www.example.com', here or to ${target}.`,
      });
    }
    const other = settings.slice(0, i).find(([, before]) => before['distribution'] === one['distribution']);
    if (other !== undefined) {
      const problem = `${other[0]} has this distribution already.`;
      issues.push({
        place: `${at}.distribution`,
        problem,
        remedy: 'A distribution has one default behaviour: one app.',
      });
    }
    return issues;
  });
  return [...missing, ...others];
}
