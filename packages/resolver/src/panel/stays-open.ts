const key = 'sluice_panel';

/** The next page load of this tab opens the panel: it loads the page anew to show what a switch has done. */
export function stayOpen(): void {
  try {
    sessionStorage.setItem(key, 'open');
  } catch {
    // Blocked: it is opened again by hand.
  }
}

/** Whether the page was loaded anew by the panel; once. */
export function wasOpen(): boolean {
  try {
    const isOpen = sessionStorage.getItem(key) !== null;
    if (isOpen) sessionStorage.removeItem(key);
    return isOpen;
  } catch {
    return false;
  }
}
