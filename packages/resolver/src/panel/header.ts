import type { AppOnPage, Kind } from './apps-on-page.js';
import { button, drawing, element } from './element.js';

/** Whose panel it is, what is on the page in one line, and the way out. */
export function header(apps: readonly AppOnPage[], onClose: () => void): HTMLElement {
  const close = button('', { class: 'close', 'aria-label': 'Close', title: 'Close (Esc)' }, onClose);
  close.append(
    drawing('svg', { viewBox: '0 0 16 16', 'aria-hidden': 'true' }, drawing('path', { d: 'M4 4l8 8M12 4l-8 8' })),
  );
  return element(
    'header',
    {},
    gate(),
    element(
      'div',
      {},
      element('h2', { id: 'title' }, 'Versions on this page'),
      element('p', { role: 'status' }, apps.length === 0 ? 'Looking…' : summary(apps)),
    ),
    close,
  );
}

const inWords: readonly (readonly [Kind, string])[] = [
  ['stable', 'stable'],
  ['canary', 'canary'],
  ['preview', 'preview'],
  ['fallback', 'fell back'],
];

function summary(apps: readonly AppOnPage[]): string {
  const parts = inWords
    .map(([kind, words]) => [apps.filter((app) => app.kind === kind).length, words] as const)
    .filter(([count]) => count > 0);
  return parts.map(([count, words]) => `${String(count)} ${words}`).join(' · ');
}

/** A gate in running water. */
function gate(): SVGElement {
  return drawing(
    'svg',
    { class: 'gate', viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    drawing('path', { class: 'posts', d: 'M7 5v22M25 5v22M7 8h18' }),
    drawing('path', { class: 'leaf', d: 'M11 8h10v9H11z' }),
    drawing('path', { class: 'water', d: 'M4 22c2.4-1.8 3.6-1.8 6 0s3.6 1.8 6 0 3.6-1.8 6 0 3.6 1.8 6 0' }),
  );
}
