import { describe, expect, it } from 'vitest';
import { kindOf } from './failure-kind.js';

describe('what a failure is told as', () => {
  // As the browsers, the runtime and the containers of webpack, Rspack and Vite say it.
  it.each([
    ['manifest', '#RUNTIME-003 Failed to get manifest', 'manifest'],
    ['entry', 'TypeError: Failed to fetch dynamically imported module: /orders/v1.1.0/remoteEntry.js', 'entry'],
    ['entry', '#RUNTIME-008 ScriptNetworkError', 'entry'],
    ['chunk', 'ChunkLoadError: Loading chunk 819 failed', 'chunk'],
    ['chunk', 'ChunkLoadError: Loading CSS chunk 819 failed', 'chunk'],
    ['chunk', 'TypeError: Failed to fetch dynamically imported module: /orders/v1.1.0/app.js', 'chunk'],
    ['chunk', 'TypeError: error loading dynamically imported module: /orders/v1.1.0/app.js', 'chunk'],
    ['chunk', 'TypeError: Importing a module script failed.', 'chunk'],
    ['chunk', 'Error: no currency is configured', 'evaluate'],
    ['chunk', '#RUNTIME-014 Failed to get expose', 'evaluate'],
    ['chunk', '#RUNTIME-015 Failed to initialise the container', 'incompatible'],
    ['chunk', 'Error: Version 19.0.0 of shared singleton module react does not satisfy ^20.0.0', 'incompatible'],
    ['chunk', 'Error: Unsatisfied version 19.0.0 of shared singleton module react', 'incompatible'],
    ['render', 'TypeError: orders is undefined', 'render'],
    ['render', 'ChunkLoadError: Loading chunk more failed', 'chunk'],
  ] as const)('while loading %s: "%s" is %s', (phase, text, kind) => {
    expect(kindOf(phase, text)).toBe(kind);
  });
});
