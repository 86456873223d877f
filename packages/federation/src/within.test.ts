// @vitest-environment jsdom
import { describe, expect, it, vi } from 'vitest';
import { aStillPage, load } from './page.fixture.js';
import { within } from './within.js';

const told = aStillPage();

/** The address of a file of an app that is loaded. */
function asked(app: string, version: string): string {
  load(app, version);
  return `https://shop.example/${app}/${version}/file.js`;
}

/** What becomes of something that is waited for. */
function outcomeOf(load: Promise<unknown> | undefined): { readonly text: string } {
  const outcome = { text: 'waits' };
  load?.then(
    (value) => (outcome.text = String(value)),
    (error: unknown) => (outcome.text = String(error)),
  );
  return outcome;
}

const never = () => new Promise<never>(() => undefined);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('waiting for a file of an app', () => {
  it('F9 a canary that never comes has failed after the time-out: stable from then on, and told', async () => {
    const chunk = outcomeOf(within(asked('orders', 'v1.1.0'), 'chunk', never));
    await pass(1999);
    expect(chunk.text).toBe('waits');
    await pass(1);
    expect(chunk.text).toBe('Error: late');
    expect(told).toEqual(['orders chunk true']);
  });

  it.each([
    [400, 2000 + 4 * 400],
    [3000, 2000 + 4000],
  ])('a network on which it took %i ms to get here has more time: %i ms', async (soFar, patience) => {
    const url = asked('orders', 'v1.1.0');
    await pass(soFar);
    const chunk = outcomeOf(within(url, 'chunk', never));
    await pass(patience - 1);
    expect(chunk.text).toBe('waits');
    await pass(1);
    expect(chunk.text).toContain('late');
  });

  it('stable is told as late, once, as its canary would be, and goes on: nothing is there in its place', async () => {
    let arrive: (what: string) => void = () => undefined;
    const come = () => new Promise<string>((done) => (arrive = done));
    const chunk = outcomeOf(within(asked('orders', 'v1.0.0'), 'chunk', come));
    await pass(60_000);
    expect(told).toEqual(['orders chunk false']);
    arrive('shown');
    await pass(0);
    expect(chunk.text).toBe('shown');
  });

  it('a page that nobody sees does not tell what is late: tabs in the background sleep', async () => {
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    const chunk = outcomeOf(within(asked('orders', 'v1.1.0'), 'chunk', never));
    await pass(60_000);
    expect([chunk.text, told]).toEqual(['waits', []]);
    hidden.mockReturnValue(false);
    await pass(6000);
    expect([chunk.text, told]).toEqual(['Error: late', ['orders chunk true']]);
    hidden.mockRestore();
  });

  it.each(['v1.0.0', 'v1.1.0'])(
    'what came in time, or failed by itself, is neither told nor judged again (%s)',
    async (version) => {
      const url = asked('orders', version);
      const good = outcomeOf(within(url, 'chunk', () => Promise.resolve('shown')));
      const bad = outcomeOf(within(url, 'entry', () => Promise.reject(new Error('404'))));
      await pass(60_000);
      expect([good.text, bad.text, told]).toEqual(['shown', 'Error: 404', []]);
    },
  );

  it('F21 an app that waits for a library is not blamed for it: the library is judged, and the app has its time after that', async () => {
    const app = outcomeOf(within(asked('basket', 'v1.1.0'), 'chunk', never));
    await pass(100);
    const library = outcomeOf(within(asked('design', 'v1.1.0'), 'chunk', never));
    await pass(2000);
    expect([app.text, library.text]).toEqual(['waits', 'Error: late']);
    await pass(6000);
    expect(app.text).toContain('late');
  });

  it('F21 two loads of one app, by two instances, are both over when the time is', async () => {
    const url = asked('design', 'v1.1.0');
    const outcomes = [outcomeOf(within(url, 'chunk', never)), outcomeOf(within(url, 'chunk', never))];
    await pass(2000);
    expect(outcomes.map(({ text }) => text)).toEqual(Array(2).fill('Error: late'));
  });

  it('apps whose manifests hang side by side do not wait for one another', async () => {
    const outcomes = ['orders', 'stock'].map((app) => outcomeOf(within(asked(app, 'v1.1.0'), 'manifest', never)));
    await pass(2000);
    expect(outcomes.map(({ text }) => text)).toEqual(Array(2).fill('Error: late'));
  });

  it('F20 what Sluice does not load is left alone', () => {
    expect(within('https://shop.example/elsewhere/v1.0.0/file.js', 'chunk', never)).toBeUndefined();
  });
});
