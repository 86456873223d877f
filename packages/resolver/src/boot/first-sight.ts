const settledMs = 2000;

/** Calls back when a script has put something on screen, or the page was complete as it came. */
export function watchFirstSight(onShown: () => void): void {
  let initial = '';
  const look = (isComplete?: unknown): void => {
    const now = sight();
    // Only what a script has put there is a sign of life; what the page came with is not.
    if (!now || (now === initial && !isComplete)) return;
    observer.disconnect();
    onShown();
  };
  const observer = new MutationObserver(() => look());
  // It is interactive before the first script of the application runs, and then complete.
  document.addEventListener('readystatechange', () => {
    if (document.readyState === 'complete') setTimeout(look, settledMs, initial.trim());
    else {
      initial = sight();
      observer.observe(document.body, { childList: true, subtree: true });
    }
  });
}

/**
 * What is to be seen: the text, and a space for each thing that has none: a drawing, a field, a web component. Not for
 * pictures: trackers and sprites put some there that nobody sees.
 */
function sight(): string {
  const marks = [...document.body.querySelectorAll('*')].map((one) =>
    one.shadowRoot || one.matches('canvas,video,input') ? ' ' : '',
  );
  return document.body.innerText.trim() + marks.join('');
}
