import { openKeys } from '@sluice/local';
import type { IntakeCounts } from '@sluice/telemetry';
import type { Target } from '@sluice/schema';
import type { World } from '../context.js';
import { fine, fromError, wrong, type Finding } from './finding.js';

/** The keys are there, and nobody else can read them. */
export async function checkKeys(target: Target, { now }: World): Promise<Finding> {
  const check = 'keys';
  if (target.kind !== 'local') return fine(check, 'none: visitors of this target are not signed');
  try {
    const [newest, ...older] = await openKeys({ path: target.keys, now });
    return fine(check, `${target.keys}: ${newest?.id ?? ''} signs, ${String(older.length)} more verify`);
  } catch (error) {
    return fromError(check, error);
  }
}

/** Causes that say that somebody is not who the beacon says, or is too many. */
const distrusted: readonly string[] = ['unsigned', 'mismatch', 'other-site', 'range-failed', 'range-full', 'too-many'];
/** Fewer say nothing. */
const least = 200;

/** What ingestion took in since it started, what it refused and why; where most was distrusted, a person should look. */
export async function checkIntake({ host, port }: { readonly host: string; readonly port: number }): Promise<Finding> {
  const check = 'telemetry';
  const counts = await intakeOf(`http://${host}:${String(port)}/api/telemetry`);
  if (counts === undefined) return fine(check, 'no controller answers: what was taken in is not known');
  const causes = Object.entries(counts.refused).toSorted(([, a], [, b]) => b - a);
  const details = causes.map(([cause, count]) => `${cause}: ${count.toLocaleString('en')}`);
  const text = `${counts.taken.toLocaleString('en')} events counted since it started`;
  const suspect = causes.reduce((sum, [cause, count]) => sum + (distrusted.includes(cause) ? count : 0), 0);
  if (suspect < least || suspect < counts.taken) return { ...fine(check, text), details };
  const remedy =
    'See docs/trust.md: which cause is which, and what to set where many visitors share an address, or a proxy hides theirs.';
  return wrong(check, { code: 'telemetry-refused', text: `${text}, and more were refused`, remedy, details });
}

async function intakeOf(url: string): Promise<IntakeCounts | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    return response.ok ? ((await response.json()) as IntakeCounts) : undefined;
  } catch {
    return undefined;
  }
}
