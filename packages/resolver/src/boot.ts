import { pageState } from './page-state.js';
import { getResolver } from './resolver.js';

// First script of a shell's page: says which shell runs, begins its session, and tells what became of it.

const nothingShownMs = 8000;
const settledMs = 2000;

const script = document.currentScript;
const app = script?.dataset['sluiceApp'];
const version = script?.dataset['sluiceVersion'];
if (app !== undefined && version !== undefined) watchBoot(app, version);

function watchBoot(shell: string, running: string): void {
  pageState().shell = { app: shell, version: running };
  const resolver = getResolver();
  const begun = resolver.attempt(shell);
  const own = `/${shell}/${running}/`;
  let over = false;

  const end = (report: () => void): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    unwatch();
    removeEventListener('error', onError, true);
    removeEventListener('unhandledrejection', onRejection);
    void begun.then(report);
  };
  const fail = (kind: 'boot' | 'entry' | 'stylesheet' | 'timeout', error: unknown): void => {
    end(() => {
      resolver.failed(shell, { kind, error });
    });
  };
  const succeed = (): void => {
    end(() => {
      resolver.ready(shell);
    });
  };
  const onError = (event: Event): void => {
    const { target } = event;
    if (target instanceof HTMLScriptElement && target.src.includes(own)) fail('entry', new Error(target.src));
    else if (target instanceof HTMLLinkElement && target.rel === 'stylesheet' && target.href.includes(own)) {
      fail('stylesheet', new Error(target.href));
    } else if (event instanceof ErrorEvent && event.filename.includes(own)) fail('boot', event.error ?? event.message);
  };
  const onRejection = (event: PromiseRejectionEvent): void => {
    const { reason } = event as { reason: unknown };
    if (reason instanceof Error && reason.stack?.includes(own)) fail('boot', reason);
  };
  addEventListener('error', onError, true);
  addEventListener('unhandledrejection', onRejection);
  const unwatch = watchFirstSight(succeed);
  const timer = setTimeout(() => {
    fail('timeout', new Error('nothing was shown'));
  }, nothingShownMs);
}

/** Calls back once, when a script has put something on screen, or the page was complete as it came. */
function watchFirstSight(onShown: () => void): () => void {
  let initial: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new MutationObserver(() => {
    // Only what a script has put there is a sign of life; a text that the page came with is not.
    if (shown() && text() !== initial) onShown();
  });
  document.addEventListener('readystatechange', () => {
    if (document.readyState !== 'interactive') return;
    initial = text();
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  addEventListener('load', () => {
    timer = setTimeout(() => {
      if (initial !== '' && shown()) onShown();
    }, settledMs);
  });
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}

function text(): string {
  return document.body.innerText.trim();
}

function shown(): boolean {
  return text() !== '' || document.body.querySelector('img,svg,canvas,video') !== null;
}
