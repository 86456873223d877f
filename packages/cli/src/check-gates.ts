import { createChecksAskedNow, type CheckGate, type Checks } from '@sluice/controller/commands';
import { DeliveryError } from '@sluice/core';
import { createWebCheck } from '@sluice/telemetry';
import type { World } from './context.js';
import { headersOf, missingHeaders } from './headers-from.js';
import type { LoadedConfig } from './load-config.js';

/** The web checks of all apps. Throws `config-invalid` where a header's variable is not in the environment, naming all. */
export function checkGates({ config, path }: LoadedConfig, env: World['env']): readonly CheckGate[] {
  const missing = config.apps.flatMap(({ place, checks }) =>
    checks.flatMap((check) =>
      missingHeaders(check, env).map((name) => `${name}, of the check ${check.name} of ${place.app}`),
    ),
  );
  if (missing.length > 0) {
    throw new DeliveryError({
      code: 'config-invalid',
      message: `The environment lacks what web checks of ${path} send in their headers.`,
      remedy: 'Set each, on one line: export NAME=…',
      details: missing,
    });
  }
  return config.apps.flatMap(({ place: { app }, checks }) =>
    checks.map((check): CheckGate => {
      const { name, url, method, passes, rollsBack, stages, timeoutMs, everyMs } = check;
      const headers = headersOf(check, env);
      const criteria = { passes, rollsBack };
      return {
        app,
        stages,
        everyMs,
        check: createWebCheck({ name, url, method, headers, path: check.path, criteria, timeoutMs }),
      };
    }),
  );
}

/** For commands: each check is asked once. Without what it must send it is a check that does not answer. */
export function checksAskedNow(loaded: LoadedConfig, world: Pick<World, 'env' | 'now'>): Checks {
  return {
    async readings(rollout) {
      if (!loaded.config.apps.some(({ place, checks }) => place.app === rollout.app && checks.length > 0)) return [];
      try {
        return await createChecksAskedNow(checkGates(loaded, world.env), world.now).readings(rollout);
      } catch (error) {
        const why = error instanceof DeliveryError ? [error.message, ...error.details].join(' ') : 'it cannot be asked';
        return [{ name: 'of the configuration', kind: 'unanswered', why, unansweredSinceMs: world.now() }];
      }
    },
  };
}
