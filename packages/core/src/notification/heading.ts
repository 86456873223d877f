import type { HistoryEntry, HistoryKind, Outcome } from '../documents/history.js';
import type { Notification } from '../ports/notifier.js';

export interface Heading {
  readonly severity: Notification['severity'];
  readonly title: string;
}

/** What the titles are made of. */
interface Words {
  readonly app: string;
  /** App and version. */
  readonly name: string;
  readonly version: string;
  readonly stable: string;
  /** Like `5 %`; undefined where nobody has it by bucket, or the share is not known. */
  readonly percent: string | undefined;
}

type Row = readonly [severity: Notification['severity'], title: (words: Words) => string];

/** Title and severity; a kind that has no words of its own here is named as it is. */
export function headingOf(entry: HistoryEntry): Heading {
  const { app, version, stable, kind, outcome } = entry;
  const words = { app, name: `${app} ${version}`, version, stable, percent: percentOf(entry) };
  const row = kind === 'ended' ? outcome && endings[outcome] : headings[kind];
  const [severity, title] = row ?? ['info', ({ name }: Words) => `${name}: ${kind.replaceAll('-', ' ')}`];
  return { severity, title: title(words) };
}

function percentOf({ percent }: HistoryEntry): string | undefined {
  return percent !== undefined && percent > 0 && percent <= 100 ? `${String(percent)} %` : undefined;
}

const endings: Readonly<Record<Outcome, Row>> = {
  promoted: ['good', ({ name }) => `${name} was promoted: everybody gets it`],
  'fast-promoted': ['good', ({ name }) => `${name} was promoted by hand: everybody gets it`],
  'promoted-unproven': ['warning', ({ name }) => `${name} was promoted unproven: everybody gets it`],
  aborted: ['warning', ({ name, stable }) => `${name} was aborted: ${stable} is stable`],
  'rolled-back': ['bad', ({ name, stable }) => `${name} was taken back: ${stable} is served again`],
  superseded: ['info', ({ name }) => `${name} made room for a newer version`],
  expired: ['warning', ({ name, stable }) => `${name} ended without a conclusion: ${stable} is served again`],
};

const headings: Readonly<Partial<Record<HistoryKind, Row>>> = {
  'first-version': ['good', ({ name }) => `${name} is live for everybody, as the first version`],
  started: ['info', ({ name, percent }) => `${name} is on trial${percent === undefined ? '' : withUsers(percent)}`],
  advanced: ['info', ({ name, percent }) => `${name} goes on to ${percent ?? 'its next stage'}${ofUsers(percent)}`],
  'full-weight': [
    'info',
    ({ name, percent }) => `${name} is at ${percent ?? '100 %'} and bakes before it becomes stable`,
  ],
  held: ['warning', ({ name, percent }) => `${name} is held${at(percent)}`],
  released: ['info', ({ name }) => `${name} is no longer held`],
  paused: ['info', ({ name, percent }) => `${name} is paused${at(percent)}`],
  resumed: ['info', ({ name, percent }) => `${name} goes on${at(percent)} after its pause`],
  returned: ['bad', ({ app, version, stable }) => `${app} went back from ${version} to ${stable}`],
  blocked: ['warning', ({ name }) => `${name} is blocked`],
  drifted: ['warning', ({ app }) => `${app}: the pointer was changed outside Sluice`],
  dequeued: ['warning', ({ name }) => `${name} waited for its turn and cannot be started`],
  waiting: ['info', ({ name, percent }) => `${name} waits${at(percent)}`],
  degraded: ['warning', ({ name, percent }) => `${name} takes longer${at(percent)} than its plan allows`],
  inconclusive: ['warning', ({ name }) => `${name} has come to no conclusion`],
  'needs-person': ['bad', ({ name }) => `${name} needs a person to decide`],
  noted: ['warning', ({ name }) => `${name}: something to look at`],
  'would-have': ['info', ({ name }) => `${name} is only observed: Sluice would have acted`],
  'telemetry-lost': ['warning', ({ name }) => `${name} is on trial without telemetry`],
  'telemetry-back': ['good', ({ name }) => `${name} has its telemetry back`],
  'history-lost': ['bad', ({ app }) => `${app}: the history was lost`],
};

function at(percent: string | undefined): string {
  return percent === undefined ? '' : ` at ${percent}`;
}

function withUsers(percent: string): string {
  return ` with ${percent}${ofUsers(percent)}`;
}

function ofUsers(percent: string | undefined): string {
  return percent === undefined ? '' : ' of users';
}
