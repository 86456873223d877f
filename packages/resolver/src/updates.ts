/**
 * Pages that stay open learn that a version of theirs was taken back.
 *
 *   import { onUpdate } from '@sluice/resolver/updates';
 *   onUpdate(({ apps, reload }) => showBanner(`${apps.join(', ')} was renewed`, reload));
 */
import { pageState, type PageState } from './page-state.js';

export type { Update } from './page-state.js';

/** What happens when a version on this page was taken back. Default: the page loads anew at the next navigation. */
export function onUpdate(handler: NonNullable<PageState['onUpdate']>): void {
  pageState().onUpdate = handler;
}
