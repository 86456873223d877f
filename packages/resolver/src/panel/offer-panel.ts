import { pageState } from '../page-state.js';
import { wasOpen } from './stays-open.js';

/**
 * Opens the panel at Alt+Shift+S, and in pages whose address has `sluice_panel`. Until then it costs this module; the
 * panel itself is loaded when it is opened first. Twice is once. Never throws.
 */
export function offerPanel(): void {
  const state = pageState();
  if (state.offersPanel) return;
  state.offersPanel = true;
  addEventListener('keydown', (event) => {
    // By its place on the keyboard: with Alt a Mac writes another letter. Who is writing wants that letter.
    const { code, altKey, shiftKey, ctrlKey, metaKey } = event;
    if (code !== 'KeyS' || !altKey || !shiftKey || ctrlKey || metaKey || isWriting(event)) return;
    event.preventDefault();
    void openPanel('toggled');
  });
  if (new URLSearchParams(location.search).has('sluice_panel') || wasOpen()) void openPanel();
}

/** Opens the panel; for a button of the application's own. Never rejects: where it cannot be loaded there is none. */
export async function openPanel(how?: unknown): Promise<void> {
  try {
    const { showPanel, hidePanel } = await import('./panel.js');
    if (how === 'toggled' && hidePanel()) return;
    await showPanel();
  } catch {
    // The page does not need it.
  }
}

function isWriting(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || (target.matches('input,textarea,select') && !target.matches('[type=radio]')))
  );
}
