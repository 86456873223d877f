import { fine, wrong, type Finding } from './finding.js';

const least = [20, 19] as const;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > least[0] || (major === least[0] && minor >= least[1])) return fine('node', version);
  const text = `${version} is older than ${least.join('.')}.`;
  return wrong('node', { code: 'internal', text, remedy: 'Install Node 20.19 or newer.' });
}

interface Asked {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly now: () => number;
}

/** More than this apart, and history and generations tell a wrong story. */
const mostApartMs = 60_000;

/** Somebody answers, and its clock says what ours does. */
export async function checkAnswers(check: string, { host, port, path, now }: Asked): Promise<Finding> {
  const url = `http://${host}:${String(port)}${path}`;
  const start = `Start it with \`sluice serve\`.`;
  if (port === 0) return fine(check, 'its port is any free one (0): not asked');
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    const text = `${url} answers ${String(response.status)}`;
    await response.arrayBuffer();
    if (!response.ok)
      return wrong(check, { code: 'store-unreachable', text, remedy: 'Look at what `sluice serve` says.' });
    const apartMs = Math.abs(Date.parse(response.headers.get('date') ?? '') - now());
    if (!(apartMs > mostApartMs)) return fine(check, text);
    const clock = `${text}, but its clock and this one are ${String(Math.round(apartMs / 1000))} s apart`;
    return wrong(check, { code: 'internal', text: clock, remedy: 'Set both by NTP.' });
  } catch {
    return wrong(check, { code: 'store-unreachable', text: `nothing answers at ${url}`, remedy: start });
  }
}
