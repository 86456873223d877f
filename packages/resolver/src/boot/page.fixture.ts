import { vi } from 'vitest';

/** Listeners of a page that a test has opened; the page goes away with `close`, as a document does. */
export function trackListeners(): { close(): void } {
  const added: [string, EventListener, boolean | undefined][] = [];
  const add = window.addEventListener.bind(window);
  vi.stubGlobal('addEventListener', (type: string, listener: EventListener, capture?: boolean) => {
    added.push([type, listener, capture]);
    add(type, listener, capture);
  });
  return {
    close() {
      for (const [type, listener, capture] of added) window.removeEventListener(type, listener, capture);
    },
  };
}
