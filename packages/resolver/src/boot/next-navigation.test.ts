// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { trackListeners } from './page.fixture.js';

let page: ReturnType<typeof trackListeners>;
let reload: ReturnType<typeof vi.fn<() => void>>;

beforeEach(async () => {
  page = trackListeners();
  reload = vi.fn<() => void>();
  vi.useFakeTimers();
  history.replaceState(null, '', '/');
  document.body.innerHTML = `
    <button id="link">Elsewhere</button>
    <form id="form"><input id="field" /><select id="choice"><option></option><option>something</option></select></form>
    <p id="text" contenteditable="true"></p>`;
  // What was typed is remembered by the module: another page, another module.
  vi.resetModules();
  const { reloadAtNextNavigation, watchForms } = await import('./next-navigation.js');
  watchForms();
  reloadAtNextNavigation({ reload });
});
afterEach(() => {
  page.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const byId = (id: string): HTMLElement => document.querySelector(`#${id}`) as HTMLElement;

/** What a router does upon a click; the page that it leaves may go away with it. */
function goTo(address: string, leave: () => void = () => undefined): void {
  byId('link').click();
  leave();
  history.pushState(null, '', address);
  vi.advanceTimersByTime(100);
}
function type(id: string, value = 'something'): void {
  (byId(id) as HTMLInputElement).value = value;
  byId(id).dispatchEvent(new Event('input', { bubbles: true }));
}
const submit = () => byId('form').dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
const removeForm = () => byId('form').remove();

describe('a page that is to be loaded anew', () => {
  it('is, when the visitor next goes somewhere in it', () => {
    goTo('/orders');
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('is not by clicks and keys that lead nowhere, nor with time', () => {
    byId('link').click();
    byId('field').dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true }));
    vi.advanceTimersByTime(3_600_000);
    expect(reload).not.toHaveBeenCalled();
  });

  it('is by the back button', () => {
    history.replaceState(null, '', '/before');
    window.dispatchEvent(new PopStateEvent('popstate'));
    vi.advanceTimersByTime(100);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('is by a key: a link that was focused', () => {
    byId('link').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    history.pushState(null, '', '/orders');
    vi.advanceTimersByTime(100);
    expect(reload).toHaveBeenCalledTimes(1);
  });
});

describe('never under a form that is being filled in:', () => {
  it.each(['field', 'choice', 'text'])('%s keeps the page while it is there', (id) => {
    type(id);
    goTo('/orders');
    goTo('/dispatch');
    expect(reload).not.toHaveBeenCalled();
  });

  it('F7 where it goes away, the navigation that it goes away with does not count; the next one does', () => {
    type('field');
    goTo('/step-2', removeForm);
    expect(reload).not.toHaveBeenCalled();
    goTo('/orders');
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('a step of a form in several is sent and leads to the next: not there, but after it', () => {
    type('field');
    submit();
    goTo('/step-2', removeForm);
    expect(reload).not.toHaveBeenCalled();
    goTo('/orders');
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('a form that stays after it was sent, like a search, keeps the page once and no longer', () => {
    type('field');
    submit();
    goTo('/found');
    goTo('/orders');
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('a field that is empty again keeps nothing', () => {
    type('field');
    type('field', '');
    goTo('/orders');
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('a field that was sent with its form, and is typed into again, keeps the page again', () => {
    type('field');
    submit();
    type('field', 'else');
    goTo('/orders');
    goTo('/dispatch');
    expect(reload).not.toHaveBeenCalled();
  });
});
