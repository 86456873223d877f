import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The page's path, such as `/orders/17`. */
export function usePath(): string {
  return useSyncExternalStore(subscribe, () => location.pathname);
}

/** Makes links to this site change the path without a page load: the shell's own links and the remotes' alike. */
export function followLinks(): void {
  const changed = (): void => listeners.forEach((listener) => listener());
  window.addEventListener('popstate', changed);
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target.closest('a') : null;
    if (target === null || !isPlainClick(event) || !isOurs(target)) return;
    event.preventDefault();
    if (target.href === location.href) return;
    history.pushState(null, '', target.href);
    window.scrollTo(0, 0);
    changed();
  });
}

function isPlainClick(event: MouseEvent): boolean {
  const { button, defaultPrevented, metaKey, ctrlKey, shiftKey, altKey } = event;
  return button === 0 && !defaultPrevented && !metaKey && !ctrlKey && !shiftKey && !altKey;
}

function isOurs(link: HTMLAnchorElement): boolean {
  return link.origin === location.origin && link.target === '' && !link.hasAttribute('download');
}
