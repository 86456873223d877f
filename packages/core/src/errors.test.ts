import { expect, it } from 'vitest';
import { DeliveryError } from './errors.js';

it('an error carries code, message, remedy, cause and every problem', () => {
  const cause = new Error('ENOENT');
  const error = new DeliveryError({
    code: 'config-invalid',
    message: 'sluice.config.ts is wrong.',
    remedy: 'Correct it.',
    cause,
    details: ['apps.mfe1: a', 'apps.mfe2: b'],
  });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'DeliveryError', code: 'config-invalid', remedy: 'Correct it.', cause });
  expect(error.details).toEqual(['apps.mfe1: a', 'apps.mfe2: b']);
});

it('an error without cause and details has no cause and an empty list', () => {
  const error = new DeliveryError({ code: 'usage', message: 'm', remedy: 'r' });
  expect('cause' in error).toBe(false);
  expect(error.details).toEqual([]);
});
