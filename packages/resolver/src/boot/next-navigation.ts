/** How long a router may take to change the address after a click or a key, where the browser does not tell of it. */
const routerMs = 100;

/**
 * Calls back when the visitor goes somewhere in the page. Not where that leads away from a form that was filled in or
 * sent: what comes next may need what was typed. Then at the navigation after it.
 */
export function reloadAtNextNavigation({ reload }: { readonly reload: () => void }): void {
  let address = location.href;
  const look = (): void => {
    const wasBusy = isFillingIn() || sent;
    setTimeout(() => {
      if (location.href === address) return;
      address = location.href;
      sent = false;
      if (!wasBusy && !isFillingIn()) reload();
    }, routerMs);
  };
  for (const type of ['click', 'keydown', 'popstate']) addEventListener(type, look, true);
  (globalThis as { readonly navigation?: EventTarget }).navigation?.addEventListener('currententrychange', look);
}

let touched: readonly Node[] = [];
let sent = false;

/** Remembers what is being filled in, from now on. */
export function watchForms(): void {
  addEventListener('input', ({ target }) => (touched = [target as Node, ...stillFilledIn()]), true);
  addEventListener(
    'submit',
    ({ target }) => {
      sent = true;
      touched = touched.filter((node) => !(target as Node).contains(node));
    },
    true,
  );
}

function isFillingIn(): boolean {
  return stillFilledIn().length > 0;
}

/** What was typed into, is on the page, and is not empty again. */
function stillFilledIn(): readonly Node[] {
  return touched.filter((node) => node.isConnected && (node as Partial<HTMLInputElement>).value !== '');
}
