import type { TakenBack } from './watch-versions.js';

const key = 'sluice_reloaded';

/** Once per generation and tab, so that a page never goes round in circles. */
export function mayReload(taken: readonly TakenBack[]): boolean {
  const marks = taken.map(({ app, version, generation }) => `${app}/${version}@${generation ?? ''}`);
  try {
    const before = sessionStorage.getItem(key) ?? '';
    if (marks.every((mark) => before.includes(` ${mark} `))) return false;
    sessionStorage.setItem(key, `${before} ${marks.join(' ')} `.slice(-2000));
    return true;
  } catch {
    // Without a memory it might reload for ever.
    return false;
  }
}
