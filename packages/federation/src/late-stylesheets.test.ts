// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { watchStylesheets } from './late-stylesheets.js';
import { aStillPage, load } from './page.fixture.js';

const told = aStillPage();
beforeEach(() => {
  document.head.replaceChildren();
  load('orders', 'v1.1.0');
});

interface Written {
  readonly href?: string;
  readonly rel?: string;
  readonly disabled?: boolean;
  readonly isThere?: boolean;
}

function link({
  href = '/orders/v1.1.0/app.css',
  rel = 'stylesheet',
  disabled = false,
  isThere = false,
}: Written = {}) {
  const made = document.createElement('link');
  made.setAttribute('rel', rel);
  made.toggleAttribute('disabled', disabled);
  Object.defineProperty(made, 'sheet', { value: isThere ? {} : null });
  made.setAttribute('href', href);
  document.head.append(made);
  return made;
}

describe('the stylesheets of an app on screen', () => {
  it('F9 one that never comes takes it to stable, and is told, however many hang', () => {
    link({ isThere: true });
    link();
    link({ href: '/orders/v1.1.0/more.css' });
    watchStylesheets('orders');
    vi.advanceTimersByTime(1999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(['orders stylesheet true']);
  });

  it.each<[string, Written]>([
    ['is there', { isThere: true }],
    ['is another version’s', { href: '/orders/v1.0.0/app.css' }],
    ['is switched off', { disabled: true }],
    ['is preloaded only', { rel: 'preload' }],
  ])('one that %s says nothing', (_, written) => {
    link(written);
    watchStylesheets('orders');
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });

  it('one that is asked for later, or was taken away, is not waited for', () => {
    const taken = link();
    watchStylesheets('orders');
    vi.advanceTimersByTime(1000);
    taken.remove();
    link();
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });

  it('nobody is told once the app has left the screen', () => {
    link();
    watchStylesheets('orders')();
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });
});
