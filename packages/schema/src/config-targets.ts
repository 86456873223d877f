import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';

/** What is wrong with the targets beyond the shape of each: names, none at all, one port for two. */
export function targetIssues(targets: unknown): readonly Issue[] {
  if (!isRecord(targets)) return [];
  const names = Object.keys(targets);
  if (names.length === 0) {
    return [{ place: 'targets', problem: 'There is no target.', remedy: 'Leave `targets` out, or write local: {}.' }];
  }
  return names.flatMap((name) => [
    ...nameIssues(name),
    ...portIssues(name, targets[name]),
    ...awsIssues(name, targets[name]),
  ]);
}

function nameIssues(name: string): readonly Issue[] {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(name) && name !== 'constructor') return [];
  const remedy = 'Use a-z, 0-9 and "-", a letter first, like local or staging.';
  return [{ place: `targets.${name}`, problem: `${showValue(name)} is not a target's name.`, remedy }];
}

function portIssues(name: string, target: unknown): readonly Issue[] {
  if (isRecord(target) && target['kind'] === 'aws') return [];
  const edge = addressOf(target, 'edge', 4400);
  const controller = addressOf(target, 'controller', 4401);
  if (edge.port === 0 || edge.port !== controller.port || edge.host !== controller.host) return [];
  const problem = `The edge has port ${showValue(edge.port)} too.`;
  return [{ place: `targets.${name}.controller.port`, problem, remedy: 'Give each of them a port of its own.' }];
}

function addressOf(target: unknown, part: 'edge' | 'controller', port: number): { host: unknown; port: unknown } {
  const written = isRecord(target) ? target[part] : undefined;
  const address = isRecord(written) ? written : {};
  return { host: address['host'] ?? '127.0.0.1', port: address['port'] ?? port };
}

/** A role of another account than the one that is meant, and regions that would write over each other. */
function awsIssues(name: string, target: unknown): readonly Issue[] {
  if (!isRecord(target) || target['kind'] !== 'aws') return [];
  const { account, role, store, regions } = target;
  const issues: Issue[] = [];
  if (target['invalidate'] === 'on-rollback' && target['distribution'] === undefined) {
    const remedy = "Add distribution: 'E2QWRUHAPOMQZL', or leave `invalidate` out.";
    issues.push({ place: `targets.${name}.distribution`, problem: '`invalidate` needs it.', remedy });
  }
  const [, ofRole] = typeof role === 'string' ? (/^arn:[^:]*:iam::(\d{12}):/.exec(role) ?? []) : [];
  if (ofRole !== undefined && typeof account === 'string' && ofRole !== account) {
    const problem = `It is of account ${ofRole}, and the target's account is ${showValue(account)}.`;
    issues.push({ place: `targets.${name}.role`, problem, remedy: 'Correct one of the two.' });
  }
  const taken = new Map<unknown, string>([[store, 'The target itself']]);
  const names = new Set<unknown>();
  for (const [i, region] of (Array.isArray(regions) ? (regions as readonly unknown[]) : []).entries()) {
    if (!isRecord(region)) continue;
    const place = `targets.${name}.regions.${String(i)}`;
    const other = taken.get(region['store']);
    if (other !== undefined) {
      const problem = `${other} has this store already.`;
      issues.push({ place: `${place}.store`, problem, remedy: 'Each region needs a bucket of its own.' });
    }
    taken.set(region['store'], `Region ${String(i)}`);
    if (names.has(region['name'])) {
      const problem = `Another region is called ${showValue(region['name'])}.`;
      issues.push({ place: `${place}.name`, problem, remedy: 'Give it a name of its own.' });
    }
    names.add(region['name']);
  }
  return issues;
}
