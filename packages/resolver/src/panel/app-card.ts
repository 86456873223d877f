import type { AppOnPage, Kind } from './apps-on-page.js';
import { element } from './element.js';
import type { Wish } from './overrides.js';
import { ruler } from './ruler.js';

const badges: Readonly<Record<Kind, string>> = {
  stable: 'stable',
  canary: 'canary',
  preview: 'preview',
  fallback: 'fell back',
};

/** One app: its version, why, the numbers behind it, and the switch. */
export function appCard(on: AppOnPage, onWish: (wish: Wish) => void): HTMLElement {
  const { decision, version, kind, why, failure } = on;
  return element(
    'li',
    { class: 'app', 'data-kind': kind },
    element(
      'h3',
      {},
      element('span', { class: 'name' }, decision.app),
      element('code', { class: 'version' }, version),
      element('span', { class: 'badge' }, badges[kind]),
    ),
    element('p', { class: 'why' }, why, isPlain(on) && element('small', {}, plainly(on))),
    failure && element('p', { class: 'failure' }, `${failure.words}. `, element('code', {}, failure.said)),
    ruler(decision),
    isPlain(on) ? undefined : numbers(on),
    news(on),
    on.isSwitchable || on.wish !== 'assigned' ? wishes(on, onWish) : undefined,
  );
}

/** Nothing is on trial: one line is enough, also where there are a hundred. */
function isPlain({ decision, kind }: AppOnPage): boolean {
  return decision.reason === 'no-canary' && kind === 'stable';
}

function plainly({ decision: { generation }, isLoaded }: AppOnPage): string {
  const parts = [generation === undefined ? '' : `generation ${String(generation)}`, isLoaded ? '' : 'not loaded yet'];
  return parts.flatMap((part) => (part === '' ? [] : [` · ${part}`])).join('');
}

/** What the decision was made of. */
function numbers({ decision, isLoaded }: AppOnPage): HTMLElement {
  const { bucket, percent, generation, reason } = decision;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['bucket', bucket?.toLocaleString('en')],
    ['weight', `${String(percent)} %`],
    ['generation', generation?.toString()],
    ['statistics', reason === 'bucket' ? 'counted' : 'not counted'],
    ['page', isLoaded ? 'pinned' : 'not loaded'],
  ];
  const list = element('dl', {});
  for (const [name, value] of facts) {
    if (value !== undefined) list.append(element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  }
  return list;
}

/** What was written since this page was decided. */
function news({ decision, now }: AppOnPage): HTMLElement | undefined {
  if (!now || now.generation === decision.generation) return undefined;
  const { version, canaryVersion, canaryPercent = 0, generation } = now;
  const canary = canaryVersion ? `, canary ${canaryVersion} at ${String(canaryPercent)} %` : '';
  const text = `Since this page was loaded: stable ${version}${canary} (generation ${String(generation ?? 'none')}).`;
  return element('p', { class: 'news' }, text);
}

function wishes({ decision: { app, stable }, wish, now }: AppOnPage, onWish: (wish: Wish) => void): HTMLElement {
  const choices: readonly (readonly [Wish, string, string])[] = [
    ['assigned', 'As assigned', ''],
    ['stable', 'Stable', now?.version ?? stable],
    ['canary', 'Canary', now?.canaryVersion ?? ''],
  ];
  const set = element('fieldset', {}, element('legend', {}, `Which version of ${app} to show`));
  for (const [value, label, version] of choices) {
    const radio = element('input', { type: 'radio', name: `wish-${app}`, value });
    radio.checked = value === wish;
    radio.addEventListener('change', () => onWish(value));
    set.append(
      element('label', {}, radio, element('span', {}, label, version !== '' && element('small', {}, version))),
    );
  }
  return set;
}
