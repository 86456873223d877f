import type { Arm } from '@sluice/core';
import { cookie } from './cookie.js';

/** What core's `overrideOf` says of this page: by query, then by cookie; per app, then for all. */
export function overrideOf(app: string): Arm | undefined {
  const query = new URLSearchParams(location.search);
  for (const read of [(name: string) => query.get(name), cookie]) {
    const named = read('sluice_override');
    const all = read('canary');
    const arm =
      // Hardly anybody has one: a pattern for each of a hundred apps took longer than deciding them.
      (named && new RegExp(`,${app}:(canary|stable),`).exec(`,${named},`)?.[1]) ||
      (all === 'true' ? 'canary' : all === 'false' && 'stable');
    if (arm) return arm as Arm;
  }
  return undefined;
}
