import { appConfigIndexKey, indexKey, pointerKey, type Notifier } from '@sluice/core';
import type { LoadedConfig } from '../load-config.js';
import { clientOf } from '../target/client.js';

/** What makes invalidations of rollbacks; none where the target does not ask for it. */
export async function invalidationsOf({ target, config }: LoadedConfig): Promise<readonly Notifier[]> {
  if (target.kind === 'local' || target.invalidate === 'never' || target.distribution === undefined) return [];
  const { createRollbackInvalidator } = await import('@sluice/aws/cloudfront');
  const { distribution, endpoint, appConfig } = target;
  const shared = [indexKey, ...(appConfig === undefined ? [] : [appConfigIndexKey])].map((key) => `/${key}`);
  return [
    createRollbackInvalidator({
      distributionId: distribution,
      pathsOf: (app) => {
        const found = config.apps.find(({ place }) => place.app === app);
        return found === undefined ? shared : [`/${pointerKey(found.place)}`, ...shared];
      },
      connection: { endpoint, ...clientOf(target) },
    }),
  ];
}
