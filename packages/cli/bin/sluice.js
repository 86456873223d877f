#!/usr/bin/env node
import module from 'node:module';

// Compiled code is kept for the next start where Node can do that (22.8 and newer).
module.enableCompileCache?.();
await import('../dist/main.js');
