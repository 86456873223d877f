/** The visitor's id, as the edge or the resolver set it; it names a device, not a person. */
export function visitorId(): string | undefined {
  return cookie('sluice_id');
}

export const shortened = (id: string): string => (id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-4)}` : id);

/** Drops the id and loads the page anew: the next page load is somebody else's. */
export function becomeSomebodyElse(): void {
  forget('sluice_id');
  forget('canary');
  location.reload();
}

export type Wish = 'canary' | 'stable' | 'as-assigned';

const values = { canary: 'true', stable: 'false', 'as-assigned': undefined } as const;

export function currentWish(): Wish {
  const value = cookie('canary');
  if (value === 'true') return 'canary';
  return value === 'false' ? 'stable' : 'as-assigned';
}

/** Asks for the canaries or for the stable versions of all apps (an override: such visits are not counted). */
export function wish(wanted: Wish): void {
  const value = values[wanted];
  if (value === undefined) forget('canary');
  else document.cookie = `canary=${value}; path=/; samesite=lax`;
  location.reload();
}

function cookie(name: string): string | undefined {
  try {
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
    return found?.slice(name.length + 1);
  } catch {
    // A page in a sandbox has none.
    return undefined;
  }
}

function forget(name: string): void {
  document.cookie = `${name}=; path=/; max-age=0; samesite=lax`;
}
