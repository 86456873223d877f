import { appsOnPage, type AppOnPage } from './apps-on-page.js';
import { appCard } from './app-card.js';
import { element } from './element.js';
import { footer } from './footer.js';
import { header } from './header.js';
import type { Wish } from './overrides.js';
import { style } from './style.js';
import { visitorRow } from './visitor-row.js';

const tag = 'sluice-panel';

/** Puts the panel on the page, or the focus into the one that is there. */
export async function showPanel(): Promise<void> {
  const there = document.querySelector(tag)?.shadowRoot?.querySelector<HTMLElement>('[role=dialog]');
  if (there) return there.focus();
  const before = document.activeElement;
  const host = document.createElement(tag);
  const close = (): void => {
    host.remove();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
  const root = host.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet()];
  host.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    // The page may close something of its own at Escape.
    event.stopPropagation();
    close();
  });
  host.addEventListener('sluice-close', close);
  document.body.append(host);
  // Above whatever the page has, where the browser knows how.
  host.popover = 'manual';
  host.showPopover?.();
  const dialog = element('div', { role: 'dialog', 'aria-labelledby': 'title', tabindex: '-1' }, header([], close));
  root.append(dialog);
  dialog.focus();
  fill(dialog, await appsOnPage(), close);
}

/** Takes the panel off the page; false where there was none. */
export function hidePanel(): boolean {
  return document.querySelector(tag)?.dispatchEvent(new Event('sluice-close')) ?? false;
}

function fill(dialog: HTMLElement, apps: readonly AppOnPage[], close: () => void): void {
  const wishes = new Map<string, Wish>(apps.map(({ decision: { app }, wish }) => [app, wish]));
  const foot = footer(apps, wishes);
  const cards = apps.map((on) =>
    appCard(on, (wish) => {
      wishes.set(on.decision.app, wish);
      foot.renew();
    }),
  );
  const isFocused = dialog.contains((dialog.getRootNode() as ShadowRoot).activeElement);
  dialog.replaceChildren(
    header(apps, close),
    element(
      'div',
      { class: 'body', role: 'region', 'aria-label': 'Apps', tabindex: '0' },
      visitorRow(),
      element('ul', {}, ...cards),
    ),
    foot.element,
  );
  if (isFocused) dialog.focus();
}

/** A sheet of its own: a strict policy of styles lets it pass, and it reaches neither out nor is it reached. */
function sheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(style);
  return made;
}
