import type { AppOnPage } from './apps-on-page.js';
import { button, element } from './element.js';
import { askFor, type Wish } from './overrides.js';
import { stayOpen } from './stays-open.js';

/** What to do with the switches. */
export interface Footer {
  readonly element: HTMLElement;
  /** A switch was moved. */
  renew(): void;
}

export function footer(apps: readonly AppOnPage[], wishes: ReadonlyMap<string, Wish>): Footer {
  const load = (asked: ReadonlyMap<string, Wish>): void => {
    stayOpen();
    const address = askFor(asked);
    // The same address, also one with a fragment, is not loaded again by going there.
    if (address === location.href) location.reload();
    else location.replace(address);
  };
  const isOverridden = apps.some(({ wish }) => wish !== 'assigned');
  const clear = button('Clear overrides', {}, () => load(new Map()));
  const apply = button('', { class: 'apply' }, () => load(wishes));
  const renew = (): void => {
    const changed = apps.filter(({ decision, wish }) => wishes.get(decision.app) !== wish).length;
    apply.textContent = `Reload with ${String(changed)} ${changed === 1 ? 'change' : 'changes'}`;
    apply.hidden = changed === 0;
  };
  clear.hidden = !isOverridden;
  renew();
  const hint = isOverridden
    ? 'Overrides are in force in this browser; they are counted nowhere.'
    : 'A switch is for this browser alone, and counted nowhere.';
  return { element: element('footer', {}, element('p', {}, hint), element('div', {}, clear, apply)), renew };
}
