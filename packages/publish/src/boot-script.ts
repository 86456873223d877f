import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DeliveryError } from '@sluice/core';

/** The script that a shell's page runs first; built from @sluice/resolver. */
export async function readBootScript(): Promise<Uint8Array> {
  const path = createRequire(import.meta.url).resolve('@sluice/resolver/boot.iife.js');
  try {
    return await readFile(path);
  } catch (cause) {
    throw new DeliveryError({
      code: 'internal',
      message: `The boot script "${path}" is not built.`,
      remedy: 'Run `npm run build` in the checkout of Sluice.',
      cause,
    });
  }
}
