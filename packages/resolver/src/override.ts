import type { Arm } from '@sluice/core';
import { cookie } from './cookie.js';

/** What core's `overrideOf` says of this page: by query, then by cookie; per app, then for all. */
export function overrideOf(app: string): Arm | undefined {
  const query = new URLSearchParams(location.search);
  for (const read of [(name: string) => query.get(name), cookie]) {
    const named = new RegExp(`(?:^|,)${app}:(canary|stable)(?:,|$)`).exec(read('sluice_override') ?? '')?.[1];
    const all = read('canary');
    const arm = named ?? (all === 'true' ? 'canary' : all === 'false' ? 'stable' : undefined);
    if (arm) return arm as Arm;
  }
  return undefined;
}
