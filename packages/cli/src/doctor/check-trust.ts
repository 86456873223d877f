import { consentCookie, subjectOf, type SigningKey } from '@sluice/core';
import { hmacSha256, openKeys } from '@sluice/local';
import type { IntakeCounts } from '@sluice/telemetry';
import type { Target } from '@sluice/schema';
import type { World } from '../context.js';
import { compareKeys, edgeKeys, keysApart } from '../target/keys.js';
import { fine, fromError, wrong, type Finding } from './finding.js';

/** The keys are there, nobody else can read them, and CloudFront signs by the newest where it signs. */
export async function checkKeys(target: Target, { now }: World): Promise<readonly Finding[]> {
  const check = 'keys';
  if (target.keys === undefined) return [fine(check, 'none: visitors of this target are not signed')];
  try {
    const keys = await openKeys({ path: target.keys, now });
    const [newest, ...older] = keys;
    const found = fine(check, `${target.keys}: ${newest?.id ?? ''} signs, ${String(older.length)} more verify`);
    return [found, ...(await checkEdgeKeys(target, keys)), ...(await checkPage(target, keys, now))];
  } catch (error) {
    return [fromError(check, error)];
  }
}

async function checkEdgeKeys(target: Target, file: readonly SigningKey[]): Promise<readonly Finding[]> {
  const check = 'edge keys';
  const edge = await edgeKeys(target);
  if (edge === undefined) return [];
  try {
    const there = await edge.read();
    const state = compareKeys(file, there);
    if (state === 'same') return [fine(check, `CloudFront has the same: it signs by ${file[0]?.id ?? ''}`)];
    if (state === 'apart') throw keysApart(target, there);
    const text =
      state === 'none'
        ? 'CloudFront has no keys: it signs nobody, and every beacon is refused as unsigned.'
        : `CloudFront signs by ${there[0]?.id ?? ''}, an older one.`;
    const remedy = `\`sluice keys push --target ${target.name}\` brings them, and so does \`sluice serve\`.`;
    return [wrong(check, { code: 'keys-apart', text, remedy })];
  } catch (error) {
    return [fromError(check, error)];
  }
}

/** A page of the site itself, as a new visitor who agrees gets it: whether the functions that are deployed there sign. */
async function checkPage(target: Target, keys: readonly SigningKey[], now: () => number): Promise<readonly Finding[]> {
  const check = 'signatures';
  if (target.kind === 'local' || target.site === undefined) return [];
  const cookies = await cookiesOf(target.site, `${consentCookie}=true`);
  if (cookies === undefined) return [fine(check, `${target.site} answers no page: not looked at`)];
  const signer = { keys: () => keys, mac: hmacSha256 };
  const { subject, signature } = subjectOf(signer, { cookies, nowS: Math.floor(now() / 1000) });
  if (signature !== 'none') return [fine(check, `a page of ${target.site} comes signed`)];
  const text = `A page of ${target.site} comes ${subject === undefined ? 'without an id' : 'with an id that is not signed by these keys'}: its visitors' beacons are refused as unsigned.`;
  const remedy =
    'A new key takes seconds to get there. If it stays so, build and deploy the edge anew (`sluice edge build`); of CloudFront both functions, with the key-value store associated.';
  return [wrong(check, { code: 'keys-apart', text, remedy })];
}

/** What a page sets for whoever sends these, as a browser sends it back; undefined where no page is answered. */
export async function cookiesOf(site: string, cookie = ''): Promise<string | undefined> {
  try {
    const headers = { accept: 'text/html', ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(new URL('/', site), {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    });
    await response.arrayBuffer();
    if (!response.ok) return undefined;
    return response.headers
      .getSetCookie()
      .map((text) => text.split(';')[0] ?? '')
      .join('; ');
  } catch {
    return undefined;
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
