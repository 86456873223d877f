import type { TakenBack } from './taken-back.js';

const key = 'sluice_told';

/**
 * Once per generation and tab: a page that was loaded anew for it, and came with it again, would go round in circles.
 */
export function isNews(taken: readonly TakenBack[]): boolean {
  try {
    const told = sessionStorage.getItem(key) ?? '';
    if (taken.every((one) => told.includes(JSON.stringify(one)))) return false;
    sessionStorage.setItem(key, (told + JSON.stringify(taken)).slice(-2000));
    return true;
  } catch {
    // Without a memory it might reload for ever.
    return false;
  }
}
