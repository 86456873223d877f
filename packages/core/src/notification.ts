import type { Actor, HistoryEntry, HistoryKind } from './documents/history.js';
import { headingOf } from './notification/heading.js';
import { plainNotification, plainText, sentence } from './notification/plain-text.js';
import { sessionLines } from './notification/session-lines.js';
import type { Notification } from './ports/notifier.js';

export interface NotificationContext {
  /** Commit of the version; where it is absent, the line's own. */
  readonly commit?: string;
  /** Where a person can look: an http or https address; others are left out. */
  readonly link?: string;
}

/** The message about a line of the history; undefined for kinds that nobody needs a message for. */
export function notificationOf(entry: HistoryEntry, context: NotificationContext): Notification | undefined {
  if (silent.includes(entry.kind)) return undefined;
  const { id, app, kind, at } = entry;
  const commit = context.commit ?? entry.commit;
  return plainNotification({
    id,
    app,
    kind,
    at,
    ...headingOf(entry),
    lines: linesOf(entry, commit),
    ...(context.link === undefined ? {} : { link: context.link }),
    facts: factsOf(entry, commit),
  });
}

/** Whoever queued it knows; what goes on tells of its next step; and a ramp takes many small ones. */
const silent: readonly HistoryKind[] = ['queued', 'goes-on', 'reweighed'];

const withNumbers: readonly HistoryKind[] = [
  'advanced',
  'full-weight',
  'held',
  'released',
  'ended',
  'degraded',
  'inconclusive',
  'needs-person',
  'would-have',
  'noted',
];

function linesOf(entry: HistoryEntry, commit: string | undefined): readonly string[] {
  const why = sentence(entry.why);
  const overrides = entry.overrides ?? [];
  return [
    ...(withNumbers.includes(entry.kind) ? sessionLines(entry) : []),
    ...stableLine(entry),
    ...(why === '' ? [] : [`Why: ${why}`]),
    `Who: ${who(entry.actor)}`,
    ...(overrides.length === 0 ? [] : [`Overridden: ${overrides.join(', ')}.`]),
    ...(commit === undefined || plainText(commit) === '' ? [] : [`Commit: ${plainText(commit)}.`]),
  ];
}

/** Where the title does not say what most users have. */
function stableLine({ kind, outcome, stable }: HistoryEntry): readonly string[] {
  if (kind === 'started') return [`Everybody else stays on ${stable}.`];
  const says = kind === 'blocked' || kind === 'drifted' || outcome === 'superseded';
  return says ? [`${stable} is stable.`] : [];
}

function who({ kind, name }: Actor): string {
  switch (kind) {
    case 'sluice':
      return 'Sluice, by itself.';
    case 'script':
      return sentence(`the script ${name}`);
    case 'person':
      return sentence(name);
  }
}

function factsOf(entry: HistoryEntry, commit: string | undefined): Notification['facts'] {
  const { version, stable, outcome, stage, percent, rolloutId, generation, actor, why, overrides } = entry;
  const own = {
    version,
    stable,
    outcome,
    stage,
    percent,
    rolloutId,
    generation,
    commit,
    actor: actor.name,
    why,
    overrides: overrides?.join(', '),
  };
  const known = Object.entries(own).filter((fact): fact is [string, string | number] => fact[1] !== undefined);
  // Own names win over those of numbers.
  return Object.fromEntries([...known, ...Object.entries(entry.numbers ?? {}), ...known]);
}
