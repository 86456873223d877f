import { decide, type Pointer } from '@sluice/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAppConfigRouter } from './app-config-router.js';
import { appOf, briefPlace, connectionTo, mfe1, pointer, versionOf } from './app-config.fixture.js';
import { FeatureFlagService } from './feature-flag-service.js';
import { startFakeAppConfig, type FakeAppConfig } from './fake-app-config.fixture.js';

describe("the brief's FeatureFlagService, with our own fake of AppConfig", () => {
  let fake: FakeAppConfig;
  let flags: FeatureFlagService;
  beforeEach(async () => {
    fake = await startFakeAppConfig();
    const now = (): number => fake.state.nowMs;
    flags = new FeatureFlagService({ place: briefPlace, connection: connectionTo(fake.url), now });
  });
  afterEach(async () => {
    flags.stop();
    await fake.stop();
  });

  const serve = (more: object): Promise<void> =>
    createAppConfigRouter({ place: briefPlace, connection: connectionTo(fake.url) }).route(mfe1, pointer(more));
  const subjects = Array.from({ length: 400 }, (_, i) => `subject-${String(i)}`);

  it('A5 gives each visitor the version that page and edge give, as often as it is asked', async () => {
    const wanted: Pointer = pointer({ generation: 3, canaryPercent: 25, salt: 'mfe1@v1.1.0', lastUpdated: '' });
    await serve(wanted);
    await flags.initialize();
    const given = subjects.map((subject) => flags.getMfeVersion('mfe1', { subject }));
    expect(given).toEqual(subjects.map((subject) => decide({ app: 'mfe1', pointer: wanted, subject }).version));
    expect(given).toEqual(subjects.map((subject) => flags.getMfeVersion('mfe1', { subject })));
    expect(new Set(given)).toEqual(new Set(['v1.0.0', 'v1.1.0']));
  });

  it('asks every rule that the decision has, with the reason', async () => {
    await serve({ generation: 3, canaryPercent: 100, enabledRegions: ['eu'] });
    await flags.initialize();
    const reasons = [
      {},
      { region: 'us', subject: 'a' },
      { region: 'eu', subject: 'a' },
      { override: 'stable' as const },
    ];
    expect(reasons.map((visitor) => flags.decideMfe('mfe1', visitor)?.reason)).toEqual([
      'region',
      'region',
      'bucket',
      'override',
    ]);
  });

  it('knows no version of an app that is not there: `latest` is none', async () => {
    await serve({ generation: 3 });
    expect(flags.getMfeVersion('mfe1')).toBeUndefined();
    await flags.initialize();
    expect(flags.getMfeVersion('mfe1')).toBe(versionOf('v1.0.0'));
    expect(['mfe2', 'constructor', 'No App'].map((name) => flags.getMfeVersion(name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('F1 takes a rollback with its next question, and keeps what it had while AppConfig fails', async () => {
    await serve({ generation: 3, canaryPercent: 100 });
    await flags.initialize();
    expect(flags.getMfeVersion('mfe1', { subject: 'a' })).toBe('v1.1.0');
    await serve({ generation: 4, canaryVersion: null, canaryPercent: 0 });
    fake.decide = () => 'throttled';
    fake.state.nowMs += 60_000;
    await flags.refresh();
    expect([flags.getMfeVersion('mfe1', { subject: 'a' }), flags.problem?.code]).toEqual([
      'v1.1.0',
      'service-unreachable',
    ]);
    fake.decide = () => 'pass';
    fake.state.nowMs += 60_000;
    await flags.refresh();
    expect([flags.getMfeVersion('mfe1', { subject: 'a' }), flags.problem]).toEqual(['v1.0.0', undefined]);
  });

  it('keeps the last good configuration where another one has no deployments, and says so', async () => {
    await serve({ generation: 3 });
    await flags.initialize();
    const profile = fake.state.profiles[0] ?? expect.fail('no profile');
    profile.versions.set((profile.last += 1), Buffer.from('{"featureFlags":{}}'));
    fake.state.deployments.push({ ...(fake.state.deployments[0] ?? expect.fail()), number: 2, version: profile.last });
    fake.state.nowMs += 60_000;
    await flags.refresh();
    expect([flags.getMfeVersion('mfe1'), flags.problem?.code]).toEqual(['v1.0.0', 'document-invalid']);
    expect(flags.getMfeVersion(appOf('mfe1'))).toBe('v1.0.0');
  });
});
