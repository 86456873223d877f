import { parseConfig } from '@sluice/schema';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

// At CloudFront a link opens the files below the app's name and below its folder: AWS does not say which of the two
// viewer-response is shown. No configuration may make one app's folder another app's name.

const settings = { apps: {} };
let opens: (texts: readonly string[], path: string) => boolean;
beforeAll(async () => {
  vi.stubGlobal('SLUICE', settings);
  ({ opens } = await import('../../packages/edge/src/cloudfront/links.js'));
});
afterAll(() => {
  vi.unstubAllGlobals();
});

const folders = ['', 'one', 'two', 'three', 'one/x', 'two/x', 'pr'];
const pairs = folders.flatMap((one) => folders.map((two) => ({ one, two })));

/** The folders of both apps where that is a configuration. */
function accepted({ one, two }: { one: string; two: string }): Readonly<Record<string, string>> | undefined {
  const remote = { kind: 'remote' as const };
  const parsed = parseConfig({ apps: { one: { ...remote, prefix: one }, two: { ...remote, prefix: two } } });
  if (parsed.kind === 'invalid') return undefined;
  return Object.fromEntries(parsed.value.apps.map(({ place }) => [place.app, place.prefix]));
}

it.each(pairs.filter((pair) => accepted(pair) !== undefined))(
  'F6 a link for one app opens no preview of another where their folders are %o',
  (pair) => {
    const apps = accepted(pair) ?? {};
    settings.apps = apps;
    const below = (folder: string): string => `${folder && `/${folder}`}/pr-7-abcd/app.js`;
    for (const [app, other] of [
      ['one', 'two'],
      ['two', 'one'],
    ] as const) {
      const link = [`${app}:pr-7-abcd`];
      expect([opens(link, below(app)), opens(link, below(apps[app] ?? ''))]).toEqual([true, true]);
      expect([opens(link, below(other)), opens(link, below(apps[other] ?? ''))]).toEqual([false, false]);
    }
  },
);
