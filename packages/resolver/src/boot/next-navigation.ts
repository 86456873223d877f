/** Calls back when the visitor next goes somewhere in the page, and has no form of it half filled in. */
export function reloadAtNextNavigation({ reload }: { readonly reload: () => void }): void {
  let address = location.href;
  const look = (): void => {
    if (location.href === address) return;
    address = location.href;
    if (!isFillingIn()) reload();
  };
  // A router changes the address in the same task as the click, or soon after it.
  for (const type of ['click', 'keyup', 'popstate']) addEventListener(type, () => setTimeout(look, 100), true);
}

let touched: readonly Node[] = [];

/** Remembers what is being filled in, from now on. */
export function watchForms(): void {
  addEventListener('input', ({ target }) => (touched = [...touched, target as Node]), true);
  addEventListener(
    'submit',
    ({ target }) => (touched = touched.filter((node) => !(target as Node).contains(node))),
    true,
  );
}

/** Something that was typed into is still on the page. */
function isFillingIn(): boolean {
  touched = touched.filter((node) => node.isConnected);
  return touched.length > 0;
}
