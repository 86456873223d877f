import type { Needed } from './edge-programs.js';
import { missing, programOf } from './installed.js';

/** The aws command, version 1. */
export const awsCli: Needed & { readonly program: string } = {
  missing: missing('awscli'),
  program: programOf('awscli', 'aws'),
};
