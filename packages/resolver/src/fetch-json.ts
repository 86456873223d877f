/**
 * A JSON document; undefined where it is not there, garbled or late. Fetched as the preload of the shell's page does, so
 * that the preloaded answer is used.
 */
export async function fetchJson(url: string, signal?: AbortSignal): Promise<unknown> {
  try {
    const response = await fetch(url, { signal } as RequestInit);
    if (response.ok) return (await response.json()) as unknown;
  } catch {
    // As if it were not there.
  }
}
