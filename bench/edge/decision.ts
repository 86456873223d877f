import { cookie, readPointer } from '@sluice/core';
import { decideVisit, routeRequest, type Visit } from '@sluice/edge';

// Run as a bundle of its own: the loader of TypeScript that a bench otherwise has around it makes every closure dearer.
// A request without version, three cookies, one app of a hundred.

const apps = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`mfe${String(i)}`, `mfe${String(i)}`]));
const agent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36';
const read = readPointer({ version: 'v1.0.0', canaryVersion: 'v1.1.0', canaryPercent: 25, salt: 'mfe7@v1.1.0' });
if (read === undefined) throw new Error('the bench is wrong');
const { pointer } = read;
const places = { apps, shells: [] };
const rules = { secure: true };
const visitors = Array.from({ length: 1000 }, (_, i) => `theme=dark; sluice_id=0123456789abcdef${String(i)}; a=b`);
let canaries = 0;

function decideOnce(cookies: string): void {
  const visit: Visit = {
    cookie: (name) => cookie(cookies, name),
    query: () => undefined,
    header: (name) => (name === 'user-agent' ? agent : undefined),
  };
  const route = routeRequest(places, '/mfe7/mf-manifest.json', '*/*');
  if (route.kind !== 'unversioned') throw new Error('the bench is wrong');
  const { version } = decideVisit({ app: route.app, pointer, visit, rules }, undefined);
  if (version === 'v1.1.0') canaries += 1;
}

/** CPU per decision in microseconds: path read, cookies parsed, app looked up, hashed, compared. */
function round(): number {
  const before = process.cpuUsage();
  for (let i = 0; i < 200; i += 1) for (const cookies of visitors) decideOnce(cookies);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (200 * visitors.length);
}

round();
const rounds = Array.from({ length: 9 }, round).toSorted((a, b) => a - b);
if (Math.abs(canaries / (10 * 200 * visitors.length) - 0.25) > 0.05) throw new Error('the bench is wrong');
console.log(String(rounds[4]));
