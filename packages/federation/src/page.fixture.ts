import { pageState, type Loaded } from '@sluice/resolver/report';
import { afterEach, beforeEach, vi } from 'vitest';

/** Has a page without apps, a time-out of 2 s and a clock that stands still for each test; what failed is told here. */
export function aStillPage(): readonly string[] {
  const told: string[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    told.length = 0;
    const state = pageState();
    state.loaded.clear();
    state.resolver = { options: { timeoutMs: 2000 } } as NonNullable<typeof state.resolver>;
    const telemetry: Partial<NonNullable<typeof state.telemetry>> = {
      failed: (app, { kind, fellBack }) => void told.push(`${app} ${kind} ${String(fellBack)}`),
    };
    state.telemetry = telemetry as NonNullable<typeof state.telemetry>;
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  return told;
}

/** An app as the plugin has it: v1.0.0 is stable, v1.1.0 its canary. */
export function load(app: string, version: string): void {
  const loaded: Loaded = {
    app,
    version,
    first: version,
    stable: 'v1.0.0',
    startMs: performance.now(),
    phase: 'manifest',
    listeners: new Set(),
    fallBack: () => version === 'v1.1.0',
  };
  pageState().loaded.set(app, loaded);
}
