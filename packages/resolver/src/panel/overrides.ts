import type { Arm } from '@sluice/core';
import { cookie } from '../cookie.js';
import { overrideOf } from '../override.js';

/** What somebody wants to see of an app. */
export type Wish = Arm | 'assigned';

const named = 'sluice_override';
const forAll = 'canary';

export function wishFor(app: string): Wish {
  return overrideOf(app) ?? 'assigned';
}

/**
 * Asks for these versions from the next page load on: by a cookie that ends with the browser, and without what the address
 * or another cookie asks for. Where cookies are blocked the address asks. Gives the address to load.
 */
export function askFor(wishes: ReadonlyMap<string, Wish>): string {
  const list = [...wishes]
    .filter(([, wish]) => wish !== 'assigned')
    .map(([app, wish]) => `${app}:${wish}`)
    .join(',');
  const address = new URL(location.href);
  for (const name of [named, forAll]) address.searchParams.delete(name);
  if (/^(true|false)$/.test(cookie(forAll) ?? '')) write(forAll, '');
  write(named, list);
  if (list !== (cookie(named) ?? '')) address.searchParams.set(named, list);
  return address.href;
}

function write(name: string, value: string): void {
  try {
    document.cookie = `${name}=${value};Path=/;SameSite=Lax${value === '' ? ';Max-Age=0' : ''}`;
  } catch {
    // A page in a sandbox has none.
  }
}
