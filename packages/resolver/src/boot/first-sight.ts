const settledMs = 2000;

/** Calls back once, when a script has put something on screen, or the page was complete as it came. */
export function watchFirstSight(onShown: () => void): void {
  let initial: string | undefined;
  const observer = new MutationObserver(() => {
    // Only what a script has put there is a sign of life; a text that the page came with is not.
    if (isShown() && text() !== initial) end();
  });
  const end = (): void => {
    observer.disconnect();
    onShown();
  };
  document.addEventListener('readystatechange', () => {
    if (document.readyState !== 'interactive') return;
    initial = text();
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  addEventListener('load', () => {
    setTimeout(() => {
      if (initial !== '' && isShown()) end();
    }, settledMs);
  });
}

function text(): string {
  return document.body.innerText.trim();
}

function isShown(): unknown {
  return text() || document.body.querySelector('img,svg,canvas,video');
}
