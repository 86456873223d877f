import { cookie } from './cookies.js';
import type { Arm } from './decide.js';

export interface Asking {
  /** The value of a parameter of the address. */
  readonly query: (name: string) => string | null;
  readonly cookies: string | undefined;
  /** `x-sluice-canary`. */
  readonly header: string | undefined;
}

/**
 * What the visitor asked for by query, header or cookie, exact names and values only: `canary=true|false`, per app
 * `sluice_override=mfe1:canary`. Undefined: nothing. The nearer the request, the stronger: query, header, cookie.
 */
export function overrideOf(app: string, asking: Asking): Arm | undefined {
  return (
    perApp(app, asking.query('sluice_override')) ??
    arm(asking.query('canary')) ??
    arm(asking.header) ??
    perApp(app, cookie(asking.cookies, 'sluice_override')) ??
    arm(cookie(asking.cookies, 'canary'))
  );
}

function arm(value: string | null | undefined): Arm | undefined {
  if (value === 'true') return 'canary';
  return value === 'false' ? 'stable' : undefined;
}

function perApp(app: string, value: string | null | undefined): Arm | undefined {
  for (const part of (value ?? '').split(',')) {
    if (part === `${app}:canary`) return 'canary';
    if (part === `${app}:stable`) return 'stable';
  }
  return undefined;
}
