import type { AppId, Signer, VersionId } from '@sluice/core';
import { pathOf } from '../rewrite.js';
import type { Source } from './cloudfront-shim.js';
import { keep, runFile, textOf } from './files.js';
import type { NginxRequest } from './request.js';
import { settings } from './settings.js';

// What nginx reads of the store: a folder at once, an origin through nginx's own cache. Runs in njs: see choose-version.ts on
// how it is written.
declare const fs: { statSync(path: string): object };

/** Pointers and keys for the functions. */
export function sourceFor(r: NginxRequest, signer: Signer): Source {
  return { load: (app) => pointerText(r, app), recall, remember, keys: signer.keys };
}

/** Whether the version is there; true as well where the origin cannot say. */
export async function isPublished(r: NginxRequest, app: AppId, version: VersionId): Promise<boolean> {
  const path = pathOf(settings.apps[app] as string, version, 'version.json');
  if (settings.root) return isFile(`${settings.root}${path}`);
  const reply = await r.subrequest(`/sluice/files${path}`, { method: 'HEAD' });
  return reply.status !== 403 && reply.status !== 404;
}

async function pointerText(r: NginxRequest, app: string): Promise<string> {
  const prefix = settings.apps[app];
  const key = prefix ? `${prefix}/active-version.json` : 'active-version.json';
  if (settings.root) return textOf(`${settings.root}/${key}`);
  const reply = await r.subrequest(`/sluice/pointers/${key}`, { method: 'GET' });
  return reply.status === 200 ? reply.responseText : '';
}

function recall(app: string): string {
  return textOf(lastGood(app));
}

/** Where nothing can be written there is no last good pointer, and nothing else is amiss. */
function remember(app: string, text: string): void {
  keep(lastGood(app), text);
}

function lastGood(app: string): string {
  return runFile(`${app}.pointer`);
}

function isFile(path: string): boolean {
  try {
    fs.statSync(path);
    return true;
  } catch {
    return false;
  }
}
