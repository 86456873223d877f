/** A JSON document, `absent` where it is not there or garbled, `slow` where it took too long. */
export type Fetched = { readonly value: unknown } | 'absent' | 'slow';

/** Fetches as `<link rel="preload" as="fetch" crossorigin="anonymous">` does, so that the preloaded answer is used. */
export async function fetchJson(url: string, timeoutMs: number): Promise<Fetched> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slow = new Promise<'slow'>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, 'slow');
  });
  try {
    return await Promise.race([load(url), slow]);
  } finally {
    clearTimeout(timer);
  }
}

async function load(url: string): Promise<Fetched> {
  try {
    const response = await fetch(url, { credentials: 'same-origin', mode: 'cors' });
    return response.ok ? { value: (await response.json()) as unknown } : 'absent';
  } catch {
    return 'absent';
  }
}
