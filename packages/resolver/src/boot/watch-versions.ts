import { pageState, type PageState } from '../page-state.js';
import { loadPointers, type PagePointers } from '../pointers.js';
import type { Resolver } from '../resolver.js';
import { reloadAtNextNavigation } from './next-navigation.js';
import { forgetIndex, isBehindWorker, renewPages } from './service-worker.js';
import { takenBack } from './taken-back.js';
import { isNews } from './told.js';

/** While the page is seen; and when it comes into sight or focus, unless it has just asked. */
const everyMs = 50_000;
const leastMs = 5000;

export interface Watched {
  readonly resolver: Resolver;
  readonly shell: NonNullable<PageState['shell']>;
  readonly reload: () => void;
}

/** Asks whether a version on this page was taken back, and has the page loaded anew where one was. */
export function watchVersions({ resolver, shell, reload }: Watched): void {
  const { options } = resolver;
  let askedMs = performance.now();
  const ask = (): Promise<PagePointers> => forgetIndex(options.indexUrl).then(() => loadPointers(options));
  const tell = async (pointers: PagePointers, isFirst?: boolean): Promise<void> => {
    const taken = await takenBack(resolver, pointers);
    const apps = taken.map(({ app }) => app);
    const isShell = apps.includes(shell.app);
    // Before it is told: a page that goes away meanwhile would leave the old pages there, and nobody would come again.
    if (isShell) await renewPages(shell).catch(nothing);
    if (!isNews(taken)) return;
    // A shell that came out of a cache although it was taken back: nobody has begun anything with it yet.
    if (isFirst && isShell) reload();
    else (pageState().onUpdate ?? reloadAtNextNavigation)({ apps, reload });
  };
  const look = (): void => {
    if (document.hidden || performance.now() - askedMs < leastMs) return;
    askedMs = performance.now();
    ask().then(tell).catch(nothing);
  };
  for (const type of ['visibilitychange', 'focus']) addEventListener(type, look);
  setInterval(look, everyMs);
  // What a worker has answered may be of any age.
  (isBehindWorker() ? ask() : resolver.pointers).then((pointers) => tell(pointers, true)).catch(nothing);
}

function nothing(): void {
  // The next look may find out more.
}
