import { parseAppId } from '@sluice/core';
import type { Issue } from './parsed.js';
import { isRecord } from './parsed.js';
import { showValue } from './show-value.js';

type Written = Readonly<Record<string, unknown>>;

/** What is wrong with groups beyond their shape: names, members that are not there, an app in two groups. */
export function groupIssues(config: Written): readonly Issue[] {
  const groups = config['groups'];
  if (!isRecord(groups)) return [];
  const apps = isRecord(config['apps']) ? Object.keys(config['apps']) : [];
  const taken = new Map<string, string>();
  return Object.entries(groups).flatMap(([name, members]) => [
    ...nameIssues(name, apps),
    ...memberIssues({ name, members: Array.isArray(members) ? members : [], apps, taken }),
  ]);
}

function nameIssues(name: string, apps: readonly string[]): readonly Issue[] {
  const place = `groups.${name}`;
  if (parseAppId(name) === undefined) {
    const remedy = 'Use a-z, 0-9 and "-", at most 32, a letter first.';
    return [{ place, problem: `${showValue(name)} is not a group's name.`, remedy }];
  }
  if (!apps.includes(name)) return [];
  return [{ place, problem: 'An app has this name.', remedy: 'Commands take either: choose another name.' }];
}

interface Members {
  readonly name: string;
  readonly members: readonly unknown[];
  readonly apps: readonly string[];
  readonly taken: Map<string, string>;
}

function memberIssues({ name, members, apps, taken }: Members): readonly Issue[] {
  const place = `groups.${name}`;
  const issues: Issue[] = [];
  if (new Set(members).size < 2) {
    issues.push({ place, problem: 'It has fewer than two apps.', remedy: "Name at least two: ['mfe1', 'mfe2']." });
  }
  for (const [i, member] of members.entries()) {
    if (typeof member !== 'string') continue;
    const at = `${place}.${String(i)}`;
    if (!apps.includes(member)) {
      const remedy = `Choose from ${apps.join(', ')}.`;
      issues.push({ place: at, problem: `There is no app ${showValue(member)}.`, remedy });
    }
    const other = taken.get(member);
    if (other !== undefined) {
      const problem = `${member} is in ${other} already.`;
      issues.push({ place: at, problem, remedy: 'An app can be in one group only.' });
    }
    taken.set(member, name);
  }
  return issues;
}

/** What is wrong with receivers of notifications beyond their shape. */
export function notifierIssues(written: unknown): readonly Issue[] {
  if (!Array.isArray(written)) return [];
  const names = new Set<unknown>();
  return (written as readonly unknown[]).flatMap((one, i): readonly Issue[] => {
    if (!isRecord(one)) return [];
    const place = `notify.${String(i)}`;
    const issues: Issue[] = [];
    const name = one['name'] ?? one['kind'];
    if (names.has(name)) {
      issues.push({
        place,
        problem: `Another one is called ${showValue(name)}.`,
        remedy: 'Give it a `name` of its own.',
      });
    }
    names.add(name);
    if (one['kind'] === 'sns' && !/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:\S+$/.test(String(one['topic']))) {
      const remedy = "Write it as 'arn:aws:sns:eu-central-1:123456789012:mfe-deployment-alerts'.";
      issues.push({ place: `${place}.topic`, problem: 'It is not the ARN of a topic.', remedy });
    }
    if ((one['kind'] === 'webhook' || one['kind'] === 'slack') && !isAddress(one['url'])) {
      issues.push({ place: `${place}.url`, problem: 'It is no address.', remedy: 'Write it as https://…' });
    }
    if (one['kind'] === 'webhook' && one['secretFrom'] === undefined) {
      const remedy = "Name an environment variable: secretFrom: 'SLUICE_WEBHOOK_SECRET'.";
      issues.push({ place: `${place}.secretFrom`, problem: 'A webhook is signed, and there is no secret.', remedy });
    }
    return issues;
  });
}

function isAddress(text: unknown): boolean {
  return typeof text === 'string' && /^https?:\/\/[^\s]+$/.test(text);
}
