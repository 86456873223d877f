import type { Pointer, Router } from '@sluice/core';
import { parseAppId, parseVersionId } from '@sluice/core';
import { describe, expect } from 'vitest';
import type { Deviation } from './deviation.js';
import { suiteWith } from './deviation.js';

export interface RouterContract {
  readonly name: string;
  readonly create: () => Promise<Router>;
  readonly deviations?: readonly Deviation[];
}

/** What every router must keep. */
export function routerContract(contract: RouterContract): void {
  const suite = suiteWith(contract.deviations ?? []);
  const app = parseAppId('mfe1');
  const version = parseVersionId('v1.0.0');
  const canaryVersion = parseVersionId('v1.1.0');
  if (app === undefined || version === undefined || canaryVersion === undefined) throw new TypeError('names');
  const pointer = (generation: number, canaryPercent: number): Pointer => {
    return { version, canaryVersion, canaryPercent, lastUpdated: '2026-01-15T10:00:00Z', schema: 1, generation };
  };
  describe(`router contract: ${contract.name}`, () => {
    suite.test('serves nothing before the first route', async () => {
      expect(await (await contract.create()).served(app)).toBeUndefined();
    });
    suite.test('reads back what was routed', async () => {
      const router = await contract.create();
      await router.route(app, pointer(2, 5));
      expect(await router.served(app)).toMatchObject({ version, canaryVersion, canaryPercent: 5, generation: 2 });
    });
    suite.test('is idempotent', async () => {
      const router = await contract.create();
      await router.route(app, pointer(2, 5));
      await router.route(app, pointer(2, 5));
      expect(await router.served(app)).toMatchObject({ canaryPercent: 5, generation: 2 });
    });
    suite.test('does not go back to a lower generation', async () => {
      const router = await contract.create();
      await router.route(app, pointer(3, 0));
      await router.route(app, pointer(2, 50));
      expect(await router.served(app)).toMatchObject({ canaryPercent: 0, generation: 3 });
    });
    suite.test('keeps apps apart', async () => {
      const router = await contract.create();
      const other = parseAppId('mfe2');
      if (other === undefined) throw new TypeError('names');
      await router.route(app, pointer(2, 5));
      expect(await router.served(other)).toBeUndefined();
    });
    suite.end();
  });
}
