/** Reads and writes localStorage; where it is blocked there is nothing in it, and nothing breaks. */
export function recall(name: string): unknown {
  return parsed(() => localStorage.getItem(name));
}

/** What a JSON text says; undefined where it cannot be had, or is none. */
export function parsed(read: () => string | null | undefined): unknown {
  try {
    return JSON.parse(read() as string);
  } catch {
    // Blocked, absent or garbled.
  }
}

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Blocked or full: the next page load asks again.
  }
}
