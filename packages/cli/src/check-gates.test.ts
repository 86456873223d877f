import { parseConfig } from '@sluice/schema';
import { describe, expect, it } from 'vitest';
import { checkGates } from './check-gates.js';

const checks = [
  { name: 'smoke', url: 'https://ci.example.com/', passes: 'ok', headersFrom: { Authorization: 'CI_AUTH' } },
  { name: 'ticket', url: 'https://t.example.com/', passes: 'ok', headersFrom: { 'X-Key': 'T_KEY', 'X-Org': 'T_ORG' } },
];

function loaded() {
  const parsed = parseConfig({ apps: { mfe1: { kind: 'remote', checks } } });
  const target = parsed.kind === 'ok' ? parsed.value.targets.get('local') : undefined;
  if (parsed.kind !== 'ok' || target === undefined) throw new Error('the test is wrong');
  return { path: 'sluice.config.ts', config: parsed.value, target };
}

describe('headers of web checks', () => {
  it('come from the environment', () => {
    const gates = checkGates(loaded(), { CI_AUTH: 'Bearer x', T_KEY: 'k', T_ORG: 'o' });
    expect(gates.map(({ check, app, everyMs }) => [check.name, app, everyMs])).toEqual([
      ['smoke', 'mfe1', 60_000],
      ['ticket', 'mfe1', 60_000],
    ]);
  });

  it('are refused all at once where they are missing, empty or no header, and never quoted', () => {
    const secret = 'Bearer x\r\nHost: evil';
    expect(() => checkGates(loaded(), { CI_AUTH: secret, T_ORG: '' })).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        details: [
          'CI_AUTH, of the check smoke of mfe1',
          'T_KEY, of the check ticket of mfe1',
          'T_ORG, of the check ticket of mfe1',
        ],
      }) as Error,
    );
  });
});
