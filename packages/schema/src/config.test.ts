import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineConfig, parseConfig } from './config.js';

const apps = { shell: { kind: 'shell' }, mfe1: { kind: 'remote' } } as const;

function configOf(written: unknown) {
  const parsed = parseConfig(written);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function issuesOf(written: unknown) {
  const parsed = parseConfig(written);
  return parsed.kind === 'ok' ? [] : parsed.issues;
}

const placesOf = (written: unknown): readonly string[] => issuesOf(written).map(({ place }) => place);

describe('a written configuration', () => {
  it('needs apps only; everything else has a default', () => {
    const config = configOf(defineConfig({ apps }));
    const defaults = { plan: 'standard', superseding: 'queue', checks: [] };
    expect(config.apps).toEqual([
      { place: { app: 'shell', prefix: 'shell' }, kind: 'shell', router: 'edge', ...defaults },
      { place: { app: 'mfe1', prefix: 'mfe1' }, kind: 'remote', router: 'manifest', ...defaults },
    ]);
    expect([...config.targets.values()]).toEqual([
      {
        name: 'local',
        kind: 'local',
        store: '.sluice/store',
        telemetry: '.sluice/telemetry',
        keys: '.sluice/keys.json',
        edge: { host: '127.0.0.1', port: 4400 },
        controller: { host: '127.0.0.1', port: 4401, tickMs: 1000 },
      },
    ]);
    expect([...config.plans.keys()]).toEqual(['standard', 'adaptive', 'quiet']);
    expect(config).toMatchObject({ groups: [], freeze: [], alarms: 'none', notify: [] });
    expect(config.limits).toBeUndefined();
    expect(config.sampleRate).toBe(0.01);
    expect(config.rollbackWindowMs).toBe(14 * 86_400_000);
  });

  it('F18 has no wishes for visitors unless they are written, and says which words there are', () => {
    const visitors = { consent: 'required', identity: 'coarse' } as const;
    expect(configOf({ apps }).visitors).toEqual({});
    expect(configOf(defineConfig({ apps, visitors })).visitors).toEqual(visitors);
    const wrong = { consent: true, identity: 'device', constent: 'required' };
    expect(issuesOf({ apps, visitors: wrong })).toEqual([
      { place: 'visitors.consent', problem: 'It is not known.', remedy: "Use 'required', or leave it out." },
      { place: 'visitors.identity', problem: 'It is not known.', remedy: "Use 'coarse', or leave it out." },
      expect.objectContaining({ place: 'visitors.constent', remedy: 'Did you mean "consent"?' }),
    ]);
    expect(placesOf({ apps, visitors: 'required' })).toEqual(['visitors']);
  });

  it('takes a library as a remote, which answers no documents either', () => {
    const design = { kind: 'library' } as const;
    const [, , library] = configOf(defineConfig({ apps: { ...apps, design } })).apps;
    expect(library).toMatchObject({ place: { app: 'design' }, kind: 'remote', router: 'manifest' });
    expect(placesOf({ apps: { ...apps, design: { ...design, mount: '/design' } } })).toEqual(['apps.design.mount']);
  });

  it('gives each app its own plan, else the one for all, else standard', () => {
    const quick = { stages: [{ percent: 50, soak: '1m' }] };
    const config = configOf({
      apps: { ...apps, mfe2: { kind: 'remote', plan: 'standard' } },
      plan: 'quick',
      plans: { quick },
    });
    expect(config.apps.map(({ plan }) => plan)).toEqual(['quick', 'quick', 'standard']);
    expect(config.plans.get('quick')?.stages).toHaveLength(2);
  });

  it('lets a plan of its own replace standard', () => {
    const config = configOf({ apps, plans: { standard: { stages: [{ percent: 1, soak: '1h' }] } } });
    expect(config.plans.get('standard')?.stages[0]).toEqual({ weightBp: 100, soakMs: 3_600_000 });
  });

  it('lists the problems of shape, names, plans, folders and targets in one go', () => {
    const written = {
      apps: {
        shell: { kind: 'shel' },
        Mfe: { kind: 'remote' },
        a: { kind: 'remote', plan: 'standrad' },
        b: { kind: 'remote', prefix: 'a' },
      },
      plans: { quick: { stages: [{ percent: 250, soak: '1m' }] } },
      targets: { local: { edge: { port: 70_000 } } },
      smapleRate: 1,
    };
    expect(placesOf(written).toSorted()).toEqual([
      'apps.Mfe',
      'apps.a.plan',
      'apps.b.prefix',
      'apps.shell.kind',
      'plans.quick.stages.0.percent',
      'smapleRate',
      'targets.local.edge.port',
    ]);
  });

  it.each([
    ['smapleRate', { apps, smapleRate: 1 }, 'Did you mean "sampleRate"?'],
    ['apps.mfe1.ruter', { apps: { mfe1: { kind: 'remote', ruter: 'edge' } } }, 'Did you mean "router"?'],
    ['targets.local.stroe', { apps, targets: { local: { stroe: 'x' } } }, 'Did you mean "store"?'],
    [
      'targets.local.bucket',
      { apps, targets: { local: { bucket: 'b' } } },
      'Known here: kind, store, telemetry, keys, edge, controller.',
    ],
    [
      'apps.mfe1.plan',
      { apps: { mfe1: { kind: 'remote', plan: 'standart' } } },
      'Did you mean "standard"? Choose one of standard, adaptive, quiet, or add it under plans.',
    ],
  ])('says what was probably meant at %s', (place, written, remedy) => {
    expect(issuesOf(written)).toMatchObject([{ place, remedy }]);
  });

  it('takes a target on AWS, with what it needs', () => {
    const production = {
      kind: 'aws',
      store: 's3://mfe-platform/prod',
      region: 'eu-central-1',
      role: 'arn:aws:iam::123456789012:role/deploy',
      account: '123456789012',
      site: 'https://www.example.com',
      maxAttempts: 6,
      timeout: '5s',
      keyValueStore: { arn: 'arn:aws:cloudfront::123456789012:key-value-store/a1b2' },
      keys: '.sluice/production/keys.json',
      regions: [{ name: 'us', store: 's3://mfe-platform-us', region: 'us-east-1' }],
    } as const;
    const config = configOf(defineConfig({ apps, targets: { local: {}, production } }));
    expect(config.targets.get('production')).toEqual({
      name: 'production',
      ...production,
      timeoutMs: 5000,
      continuousDeployment: {},
      invalidate: 'never',
      telemetry: '.sluice/telemetry',
      controller: { host: '127.0.0.1', port: 4401, tickMs: 1000 },
    });
  });

  it('takes the routers of AWS, with their settings in the target', () => {
    const production = {
      kind: 'aws',
      store: 's3://mfe-platform',
      region: 'us-east-1',
      site: 'https://www.example.com',
      appConfig: { application: 'mfe-platform', environment: 'production', profile: 'deployment-config' },
      continuousDeployment: { shell: { distribution: 'E2QWRUHAPOMQZL', stickySeconds: 300 } },
    } as const;
    const config = configOf({
      apps: {
        shell: { kind: 'shell', router: 'cloudfront-continuous-deployment' },
        mfe1: { kind: 'remote', router: 'appconfig' },
      },
      // On one machine the edge decides for them all.
      targets: { local: {}, production },
    });
    expect(config.apps.map(({ router }) => router)).toEqual(['cloudfront-continuous-deployment', 'appconfig']);
    expect(config.targets.get('production')).toMatchObject(production);
  });

  it('lists every problem between routers and targets', () => {
    const aws = { kind: 'aws', store: 's3://mfe-platform', region: 'us-east-1' };
    const routed = {
      shell: { kind: 'shell', router: 'cloudfront-continuous-deployment' },
      admin: { kind: 'shell', mount: '/admin', router: 'cloudfront-continuous-deployment' },
      mfe1: { kind: 'remote', router: 'appconfig' },
      mfe2: { kind: 'remote', router: 'cloudfront-continuous-deployment' },
      mfe3: { kind: 'remote', router: 'lambda' },
    };
    const distribution = 'E2QWRUHAPOMQZL';
    const continuousDeployment = {
      shell: { distribution, stickySeconds: 60 },
      admin: { distribution },
      other: { distribution: 'x' },
    };
    expect(placesOf({ apps: routed, targets: { production: { ...aws, continuousDeployment } } }).toSorted()).toEqual([
      'apps.admin.router',
      'apps.mfe2.router',
      'apps.mfe3.router',
      'targets.production.appConfig',
      'targets.production.continuousDeployment.admin.distribution',
      'targets.production.continuousDeployment.admin.site',
      'targets.production.continuousDeployment.mfe2',
      'targets.production.continuousDeployment.other',
      'targets.production.continuousDeployment.other.distribution',
      'targets.production.continuousDeployment.other.site',
      'targets.production.continuousDeployment.shell.site',
      'targets.production.continuousDeployment.shell.stickySeconds',
    ]);
    expect(placesOf({ apps, targets: { production: { ...aws, invalidate: 'on-rollback' } } })).toEqual([
      'targets.production.distribution',
    ]);
    expect(placesOf({ apps, targets: { production: { ...aws, invalidate: 'always' } } })).toEqual([
      'targets.production.invalidate',
    ]);
    const appConfig = { application: '', environment: 'production' };
    expect(placesOf({ apps, targets: { production: { ...aws, appConfig } } }).toSorted()).toEqual([
      'targets.production.appConfig',
      'targets.production.appConfig.application',
      'targets.production.appConfig.profile',
    ]);
  });

  it('telemetry may be counted in a table of DynamoDB, spread over 16 partitions', () => {
    const telemetry = { kind: 'dynamodb', table: 'sluice-telemetry' } as const;
    expect(configOf(defineConfig({ apps, targets: { local: { telemetry } } })).targets.get('local')).toMatchObject({
      dynamo: { table: 'sluice-telemetry', shards: 16 },
    });
  });

  it('names everything that is wrong with a table', () => {
    const telemetry = { kind: 'dynamodb', table: 'x', region: 'Frankfurt', shards: 0, tabel: 'y' };
    expect(placesOf({ apps, targets: { local: { telemetry } } }).toSorted()).toEqual(
      ['region', 'shards', 'tabel', 'table'].map((key) => `targets.local.telemetry.${key}`),
    );
  });

  it('takes Prometheus as the source of telemetry, with its defaults', () => {
    const telemetry = { kind: 'prometheus', url: 'https://prometheus.example.com/eu' } as const;
    expect(configOf(defineConfig({ apps, targets: { local: { telemetry } } })).targets.get('local')).toMatchObject({
      telemetry: '.sluice/telemetry',
      prometheus: { url: telemetry.url, job: 'sluice', headersFrom: {}, timeoutMs: 5000 },
    });
  });

  it('lists every problem of Prometheus as the source', () => {
    const telemetry = {
      kind: 'prometheus',
      url: 'https://me:secret@prometheus.example.com',
      job: '',
      headersFrom: { Authorization: 'Bearer 7f3a' },
      timeout: '2m',
      folder: '',
      qurey: 'up',
    };
    expect(placesOf({ apps, targets: { local: { telemetry } } }).toSorted()).toEqual(
      ['folder', 'headersFrom.Authorization', 'job', 'qurey', 'timeout', 'url'].map(
        (key) => `targets.local.telemetry.${key}`,
      ),
    );
    const api = { kind: 'prometheus', url: 'https://prometheus.example.com/api/v1/' };
    expect(placesOf({ apps, targets: { local: { telemetry: api } } })).toEqual(['targets.local.telemetry.url']);
    const other = { kind: 'graphite', url: 'https://graphite.example.com' };
    expect(placesOf({ apps, targets: { local: { telemetry: other } } })).toEqual(['targets.local.telemetry.kind']);
    expect(placesOf({ apps, targets: { local: { telemetry: 5 } } })).toEqual(['targets.local.telemetry']);
  });

  it('takes a topic of SNS, and refuses what is none', () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:mfe-deployment-alerts';
    expect(configOf({ apps, notify: [{ kind: 'sns', topic }] }).notify).toEqual([{ kind: 'sns', name: 'sns', topic }]);
    for (const wrong of [undefined, 'mfe-deployment-alerts', 'arn:aws:sqs:eu-central-1:123456789012:a']) {
      expect(placesOf({ apps, notify: [{ kind: 'sns', topic: wrong }] })).toEqual(['notify.0.topic']);
    }
  });

  it('lists every problem of a target on AWS', () => {
    const production = {
      kind: 'aws',
      store: 'mfe-platform',
      region: 'Frankfurt',
      endpoint: 'moto',
      role: 'arn:aws:iam::111111111111:role/deploy',
      account: '222222222222',
      site: 'www.example.com',
      distribution: 'prod',
      maxAttempts: 0,
      timeout: 'soon',
      keyValueStore: { arn: 'arn:aws:s3:::bucket' },
      regions: [
        { name: 'us', store: 's3://mfe-platform-us', region: 'us-east-1' },
        { name: 'us', store: 's3://mfe-platform-us', region: 'us-west-2' },
      ],
      edge: { port: 4400 },
    };
    expect(placesOf({ apps, targets: { production, other: { kind: 'azure' } } }).toSorted()).toEqual([
      'targets.other.kind',
      'targets.production.distribution',
      'targets.production.edge',
      'targets.production.endpoint',
      'targets.production.keyValueStore.arn',
      'targets.production.maxAttempts',
      'targets.production.region',
      'targets.production.regions.1.name',
      'targets.production.regions.1.store',
      'targets.production.role',
      'targets.production.site',
      'targets.production.store',
      'targets.production.timeout',
    ]);
    const keys = { kind: 'aws', store: 's3://mfe-platform', region: 'us-east-1', keys: '.sluice/keys.json' };
    // Lambda@Edge and nginx have them without a key-value store.
    expect(placesOf({ apps, targets: { production: keys } })).toEqual([]);
    expect(placesOf({ apps, targets: { production: { kind: 'aws' } } })).toEqual([
      'targets.production.store',
      'targets.production.region',
    ]);
  });

  it.each(['cloudfront-continuous-deployment', 'appconfig'])('refuses router %s without a target on AWS', (router) => {
    expect(issuesOf({ apps: { shell: { kind: 'shell', router } } })).toEqual([
      {
        place: 'apps.shell.router',
        problem: `There is no target on AWS, where "${router}" is.`,
        remedy: "Add one with kind: 'aws', or use 'manifest' or 'edge'.",
      },
    ]);
  });

  it.each([
    ['the same folder', { mfe1: { kind: 'remote' }, mfe2: { kind: 'remote', prefix: 'mfe1' } }, ['apps.mfe2.prefix']],
    [
      'the root twice',
      { mfe1: { kind: 'remote', prefix: '' }, mfe2: { kind: 'remote', prefix: '' } },
      ['apps.mfe2.prefix'],
    ],
    [
      'a folder in a folder',
      { mfe1: { kind: 'remote' }, mfe2: { kind: 'remote', prefix: 'mfe1/two' } },
      ['apps.mfe2.prefix'],
    ],
    ['a folder around a folder', { mfe1: { kind: 'remote', prefix: 'x/y' }, x: { kind: 'remote' } }, ['apps.x.prefix']],
    [
      'a folder that is the name of another app',
      { mfe1: { kind: 'remote', prefix: 'mfe2' }, mfe2: { kind: 'remote', prefix: 'two' } },
      ['apps.mfe1.prefix'],
    ],
    ['a folder that a version has', { mfe1: { kind: 'remote', prefix: 'v1.0.0' } }, ['apps.mfe1.prefix']],
    [
      'a folder whose paths are those of the API',
      { mfe1: { kind: 'remote', prefix: 'api/mfe1' } },
      ['apps.mfe1.prefix'],
    ],
    ['a folder that climbs out', { mfe1: { kind: 'remote', prefix: '../x' } }, ['apps.mfe1.prefix']],
    ['folders that only look alike', { mfe: { kind: 'remote' }, mfe1: { kind: 'remote' } }, []],
    ["the brief's layout beside others", { mfe1: { kind: 'remote', prefix: '' }, mfe2: { kind: 'remote' } }, []],
    ['two shells for all documents', { a: { kind: 'shell' }, b: { kind: 'shell' } }, ['apps.b.mount']],
    ['two shells, one mounted', { a: { kind: 'shell' }, b: { kind: 'shell', mount: '/admin' } }, []],
    ['a mounted remote', { a: { kind: 'remote', mount: '/a' } }, ['apps.a.mount']],
    ['names that are taken', { api: { kind: 'remote' }, sluice: { kind: 'remote' } }, ['apps.api', 'apps.sluice']],
    ['a name that every object has', { constructor: { kind: 'remote' } }, ['apps.constructor']],
    ['no app', {}, ['apps']],
  ])('judges %s', (_what, written, places) => {
    expect(placesOf({ apps: written })).toEqual(places);
  });

  it('refuses one port for edge and controller, unless it is any free one', () => {
    const at = (edge: number, controller: number) => ({
      apps,
      targets: { local: { edge: { port: edge }, controller: { port: controller } } },
    });
    expect(placesOf(at(5000, 5000))).toEqual(['targets.local.controller.port']);
    expect(placesOf({ apps, targets: { local: { edge: { port: 4401 } } } })).toEqual(['targets.local.controller.port']);
    expect(placesOf(at(0, 0))).toEqual([]);
    expect(placesOf(at(5000, 5001))).toEqual([]);
  });

  it.each([
    null,
    undefined,
    5,
    'x',
    [],
    () => 1,
    { apps: [] },
    { apps: null },
    { apps, targets: {} },
    { apps, plans: [] },
  ])('refuses %j without throwing', (written) => {
    expect(issuesOf(written).length).toBeGreaterThan(0);
  });

  it('keeps what reaches for a prototype out', () => {
    const written: unknown = JSON.parse(
      '{"apps":{"__proto__":{"kind":"remote"},"mfe1":{"kind":"remote"}},"__proto__":{"x":1}}',
    );
    expect(placesOf(written)).toContain('apps.__proto__');
    expect('x' in {}).toBe(false);
  });

  it('never throws over anything that a file may export', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (value) => {
        parseConfig(value);
        parseConfig({ apps: value });
        parseConfig({ apps: { mfe1: value }, plans: { x: value }, targets: { local: value }, plan: value });
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});
