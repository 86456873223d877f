import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPlatform, copyOf } from './sluice.fixture.mjs';

// `sluice simulate`: few runs with a fixed seed, so that a test says the same today and tomorrow.

type Platform = Awaited<ReturnType<typeof aPlatform>>;

const short = {
  stages: [
    { audience: 'staff', soak: '1h' },
    { percent: 25, soak: '3m', gate: 'person' },
  ],
  bake: '10s',
};

let platform: Platform;
beforeAll(async () => {
  platform = await aPlatform({ plans: { short } });
});
afterAll(() => platform.remove());

const simulate = (...args: string[]) =>
  platform.sluice('simulate', '--plan', 'short', '--traffic', '50', '--runs', '6', ...args);

interface Frequency {
  readonly times: number;
  readonly of: number;
}
interface Found {
  readonly simulated: object;
  readonly harmless: { readonly rolledBack: Frequency; readonly reachedAll: Frequency };
  readonly bad: {
    readonly rolledBack: Frequency;
    readonly exposed: { readonly mean: number; readonly median: number; readonly p90: number };
    readonly backMs: { readonly mean: number };
  } | null;
  readonly peers: readonly { readonly name: string; readonly bad: { readonly rolledBack: Frequency } }[] | null;
  readonly waldsBound: number | null;
  readonly report: string | null;
}

describe('sluice simulate', () => {
  it('tells false rollbacks, detection, exposure and time, of a plan of the configuration, without its people', async () => {
    const answer = await simulate('--defect', 'broken', '--json');
    const found = answer.json() as Found;
    expect([answer.code, answer.stderr]).toEqual([0, '']);
    expect(found).toMatchObject({
      simulated: { sessionsPerSecond: 50, errorPercent: 0.5, defect: 'broken', plan: 'short', runs: 6, seed: 1 },
      harmless: { rolledBack: { times: 0, of: 6 }, reachedAll: { times: 6, of: 6 } },
      bad: { rolledBack: { times: 6, of: 6 } },
      peers: null,
      report: null,
    });
    // A quarter of 50/s in the first slot of 10 s, closed 15 s later: 312 at the least, and not many more.
    expect(found.bad?.exposed.mean).toBeGreaterThan(250);
    expect(found.bad?.exposed.mean).toBeLessThan(700);
    expect(found.bad?.exposed.p90).toBeGreaterThanOrEqual(found.bad?.exposed.median ?? Infinity);
    expect(found.bad?.backMs.mean).toBeLessThan(60_000);
  });

  it('says the same with the same seed, and something else with another', async () => {
    const of = async (seed: string) => (await simulate('--defect', '5x', '--seed', seed, '--json')).json() as Found;
    const [one, again, other] = await Promise.all([of('7'), of('7'), of('8')]);
    expect(again).toEqual(one);
    expect(other.bad).not.toEqual(one.bad);
  });

  it('of a harmless canary tells no detection', async () => {
    const answer = await simulate();
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(answer.stdout).toMatch(
      /^6 harmless rollouts: 50 sessions\/s of which 0\.5 % fail, plan short, seed 1\.\n\n/,
    );
    expect(answer.stdout).toMatch(/^False rollbacks +0 of 6, 0 % \(95 % interval 0 to 45\.9 %\); at most 1 %/m);
    expect(answer.stdout).not.toContain('Detected');
    expect(((await simulate('--json')).json() as Found).bad).toBeNull();
  });

  it("prints peers and Wald's bound beside it, and nothing of a bar in a pipe", async () => {
    const answer = await simulate('--defect', '5x,load+50%', '--incident', '10x@1m+30s', '--peers');
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    for (const name of ['Sluice', 'Flagger', 'Kayenta', "Wald's bound"]) {
      expect(answer.stdout).toMatch(new RegExp(`^${name} .*(%|–)`, 'm'));
    }
    expect(answer.stdout).toContain('5x,load+50%');
    expect(answer.stdout).toContain('incident 10x@1m+30s');
    expect(answer.stdout).not.toContain('█');
  });

  it('needs no configuration: the plans that everybody has are there', async () => {
    const bare = await copyOf(platform);
    try {
      await rm(bare.path('sluice.config.ts'));
      const found = (await bare.sluice('simulate', '--runs', '1', '--defect', 'broken', '--json')).json() as Found;
      expect(found).toMatchObject({ simulated: { plan: 'standard' }, bad: { rolledBack: { times: 1 } } });
      const adaptive = ['simulate', '--plan', 'adaptive', '--runs', '1', '--traffic', '100', '--defect', 'broken'];
      const other = (await bare.sluice(...adaptive, '--json')).json() as Found;
      expect(other).toMatchObject({ simulated: { plan: 'adaptive' }, bad: { rolledBack: { times: 1 } } });
    } finally {
      await bare.remove();
    }
  });
});

describe('the report', () => {
  it('is one file that fetches nothing and has the figures that are printed', async () => {
    const args = ['--defect', '5x', '--peers', '--html', 'report.html'];
    const [inWords, asJson] = [await simulate(...args), await simulate(...args, '--json')];
    const html = await readFile(platform.path('report.html'), 'utf8');
    expect(inWords.stdout).toContain('Report: report.html');
    expect((asJson.json() as Found).report).toBe(platform.path('report.html'));
    expect(/(?:src|href)\s*=(?!\s*["']?data:)|url\(|@import|\bfetch\(|XMLHttpRequest|\bimport\(/.exec(html)).toBeNull();
    expect(html.includes("default-src 'none'")).toBe(true);
    const [, lines = '', table = ''] = inWords.stdout.split('\n\n');
    const figures = lines.split('\n').map((line) => line.slice(19));
    const cells = table
      .split('\n')
      .slice(1, -1)
      .flatMap((row) => row.split(/ {2,}/).slice(1));
    expect([figures.length, cells.length > 20]).toEqual([7, true]);
    const missing = [...figures, ...cells.map((cell) => `<td>${cell}</td>`)].filter((text) => !html.includes(text));
    expect(missing).toEqual([]);
    const curves = JSON.parse(/id="curves">(.*?)<\/script>/.exec(html)?.[1] ?? '') as Curve[];
    expect(curves.map(({ id }) => id)).toEqual(['exposure', 'time']);
    for (const { names, rows } of curves) {
      expect(rows).toHaveLength(names.length + 1);
      // Sluice took every bad canary back.
      if (names[0] === 'Sluice') expect(rows[1]?.at(-1)).toBe(100);
    }
    expect((await readdir(platform.folder)).filter((name) => name.includes('.new'))).toEqual([]);
  });

  it('that cannot be written in the end costs no figure, and what was there stays', async () => {
    // The longest name that a file can have: it is there, and nothing can be put beside it.
    const name = `${'r'.repeat(250)}.html`;
    await writeFile(platform.path(name), 'old');
    const answer = await simulate('--html', name);
    expect(answer.code).toBe(8);
    expect(answer.stdout).toMatch(/^False rollbacks +0 of 6/m);
    expect(answer.stdout).not.toContain('Report:');
    expect(answer.stderr).toMatch(
      /^The report was not written: ENAMETOOLONG.* The figures above are all there is\.\n$/,
    );
    expect(await readFile(platform.path(name), 'utf8')).toBe('old');
  });

  it('of harmless rollouts of which none was taken back shows time only', async () => {
    await simulate('--html', 'harmless.html');
    const html = await readFile(platform.path('harmless.html'), 'utf8');
    expect([html.includes('id="exposure"'), html.includes('id="time"')]).toEqual([false, true]);
  });
});

interface Curve {
  readonly id: string;
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
}

describe('what cannot be simulated', () => {
  it('is told all at once, each with its remedy, and a report of before stays', async () => {
    await writeFile(platform.path('old.html'), 'old');
    const args = ['--traffic', 'lots', '--errors', '0.005', '--defect', '5y', '--plan', 'nope', '--runs', '0'];
    const more = ['--seed', '-1', '--incident', 'fire', '--html', 'missing/old.html', '--json'];
    const answer = await platform.sluice('simulate', ...args, ...more);
    const { error } = answer.json() as { error: { code: string; details: string[] } };
    expect([answer.code, error.code]).toEqual([2, 'usage']);
    expect(error.details).toEqual([
      expect.stringMatching(/^--traffic: "lots" .* Write one from 0\.01/),
      expect.stringMatching(/^--errors: "0\.005" .* like 0\.5%/),
      expect.stringMatching(/^--defect: "5y" .* load\+50%/),
      expect.stringMatching(/^--incident: "fire" .* 10x@10m\+10m/),
      expect.stringMatching(/^--plan: .*"nope".* standard, .*short/),
      expect.stringMatching(/^--runs: "0" /),
      expect.stringMatching(/^--seed: "-1" /),
      expect.stringMatching(/^--html: The folder .* Make it/),
    ]);
    expect(await readFile(platform.path('old.html'), 'utf8')).toBe('old');
  });
});
