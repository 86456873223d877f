/** Reads and writes localStorage; where it is blocked there is nothing in it, and nothing breaks. */
export function recall(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(name) as string);
  } catch {
    // Blocked, or garbled.
  }
}

export function remember(name: string, value: unknown): void {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // Blocked or full: the next page load asks again.
  }
}
