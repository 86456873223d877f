import type { Arm } from './decide.js';

export interface Asking {
  /** The value of a parameter of the address. */
  readonly query: (name: string) => string | null | undefined;
  readonly cookie: (name: string) => string | undefined;
  /** The value of a header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

/**
 * What the visitor asked for by query, header or cookie, exact names and values only: `canary=true|false`, per app
 * `sluice_override=mfe1:canary`. Undefined: nothing. The nearer the request, the stronger: query, header, cookie.
 */
export function overrideOf(app: string, asking: Asking): Arm | undefined {
  const named = 'sluice_override';
  return (
    perApp(app, asking.query(named)) ||
    arm(asking.query('canary')) ||
    arm(asking.header('x-sluice-canary')) ||
    perApp(app, asking.cookie(named)) ||
    arm(asking.cookie('canary'))
  );
}

function arm(value: string | null | undefined): Arm | undefined {
  return value === 'true' ? 'canary' : value === 'false' ? 'stable' : undefined;
}

function perApp(app: string, value: string | null | undefined): Arm | undefined {
  if (!value) return undefined;
  const said = value.split(',').find((part) => part === `${app}:canary` || part === `${app}:stable`);
  return said ? (said.slice(app.length + 1) as Arm) : undefined;
}
