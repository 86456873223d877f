import { fetchJson } from './fetch-json.js';
import { pageState } from './page-state.js';
import { readPointer, type PagePointer } from './read-pointer.js';
import { recall, remember } from './storage.js';

/** The pointers that this page obeys. */
export interface PagePointers {
  readonly apps: ReadonlyMap<string, PagePointer>;
  /** One pointer, where the index does not say what the app's is. */
  single(app: string): Promise<PagePointer | undefined>;
}

export interface PointerOptions {
  readonly indexUrl: string;
  readonly timeoutMs: number;
}

const key = 'sluice_pointers';
const lowerGenerationIgnoredMs = 120_000;

/**
 * The index, by one request for all apps. Where it cannot be read: the last good pointers of this browser, and single
 * pointers for apps that were never seen. A lower generation is ignored for a while, a garbled entry harms itself only.
 */
export async function loadPointers({ indexUrl, timeoutMs }: PointerOptions): Promise<PagePointers> {
  const held = Object(recall(key)) as Record<string, (PagePointer & { readonly at: number }) | undefined>;
  const signal = AbortSignal.timeout?.(timeoutMs);
  const index = Object(await fetchJson(indexUrl, signal)) as { readonly apps?: unknown; readonly sampleRate?: unknown };
  // Who has waited once does not wait for a second document.
  const isLate = signal?.aborted;
  const listed = Object(index.apps) as Record<string, unknown>;
  const isIndex = Object.values(listed).some(readPointer);
  const apps = new Map<string, PagePointer>();
  const now = Date.now();
  // An app that is no longer in the index is no longer the platform's.
  for (const app in isIndex ? listed : held) {
    // What this browser has kept is read as carefully as anything from outside.
    const last = readPointer(held[app]) as (typeof held)[string];
    const read = readPointer(listed[app]);
    const pointer =
      last &&
      (!read ||
        read.damaged ||
        ((read.generation as number) < (last.generation as number) && now - last.at < lowerGenerationIgnoredMs))
        ? last
        : read && { ...read, at: now };
    if (pointer) apps.set(app, (held[app] = pointer));
  }
  if (isIndex) {
    pageState().sampleRate = index.sampleRate;
    remember(key, held);
  }
  return {
    apps,
    async single(app) {
      return isLate || app in listed
        ? undefined
        : readPointer(await fetchJson(`/${app}/active-version.json`, AbortSignal.timeout?.(timeoutMs)));
    },
  };
}
