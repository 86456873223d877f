import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DeliveryError, type SigningKey, type VisitorRules } from '@sluice/core';
import type { EdgeSettings } from '../edge-settings.js';
import { nginxConfiguration, type NginxFiles } from '../nginx/configuration.js';
import { placesOf, type EdgeApp } from '../node/node-edge.js';

interface Common {
  readonly apps: readonly EdgeApp[];
  /** Header in which host or proxy names the visitor's region. */
  readonly regionHeader?: string | undefined;
  /** Cookies are for HTTPS only. */
  readonly secure: boolean;
  /** What visitors may be known by. Absent: an id of each. */
  readonly visitors?: VisitorRules | undefined;
}

export type EdgeBuild = Common &
  (
    | { readonly target: 'cloudfront' }
    | {
        readonly target: 'lambda';
        readonly pointers: string;
        /** They are written into the function, newest first. Absent: nobody is signed, and no link is opened. */
        readonly signingKeys?: readonly SigningKey[] | undefined;
      }
    | {
        readonly target: 'nginx';
        readonly listen: string;
        readonly files: NginxFiles;
        readonly apiOrigin?: string | undefined;
        readonly module: string;
        /** The file of the keys, where nginx runs. Absent: nobody is signed, and no link is opened. */
        readonly keys?: string | undefined;
      }
    | {
        readonly target: 'node';
        readonly root: string;
        readonly host: string;
        readonly port: number;
        readonly apiOrigin?: string | undefined;
        /** The file of the keys, where it runs. Absent: nobody is signed, and no link is opened. */
        readonly keys?: string | undefined;
      }
  );

export interface BuiltFile {
  /** Below the folder of the build. */
  readonly path: string;
  /** Whoever reads it can sign. */
  readonly isSecret?: boolean;
  readonly text: string;
}

/** What CloudFront takes for one function. */
const largestFunction = 10_240;

/** The files of an edge. Throws `edge-too-large` where CloudFront would not take the function. */
export async function buildEdge(build: EdgeBuild): Promise<readonly BuiltFile[]> {
  const settings = settingsOf(build);
  switch (build.target) {
    case 'cloudfront':
      return [
        { path: 'viewer-request.js', text: await viewerRequest(settings) },
        { path: 'viewer-response.js', text: await viewerResponse(settings) },
      ];
    case 'lambda':
      return lambdaFiles(build, settings);
    case 'node': {
      const { apps, root, host, port, apiOrigin, regionHeader, secure, visitors, keys } = build;
      const cookies = { secureCookies: secure ? 'always' : 'never' };
      const options = { apps, root, host, port, apiOrigin, regionHeader, ...cookies, visitors, keys };
      return [{ path: 'edge.mjs', text: written(options, await bundle('node-edge.js')) }];
    }
    case 'nginx':
      return nginxFiles(build, settings);
  }
}

function settingsOf({ apps, regionHeader, secure, visitors = {} }: Common): EdgeSettings {
  return {
    ...placesOf(apps),
    ...(regionHeader === undefined ? {} : { regionHeader: regionHeader.toLowerCase() }),
    secure,
    ...visitors,
  };
}

async function viewerRequest(settings: EdgeSettings): Promise<string> {
  return small(
    `import cf from 'cloudfront';\n${written(settings, await bundle(nameOf('cloudfront-viewer-request', settings)))}`,
    settings,
  );
}

async function viewerResponse(settings: EdgeSettings): Promise<string> {
  const above = `import cf from 'cloudfront';\nvar crypto=require('crypto');\n`;
  return small(`${above}${written(settings, await bundle(nameOf('cloudfront-viewer-response', settings)))}`, settings);
}

/** Of each function there is one with what `visitors` asks for: every byte of it is compiled, used or not. */
function nameOf(name: string, { consent, identity }: EdgeSettings): string {
  return consent === undefined && identity === undefined ? `${name}.js` : `${name}-with-visitors.js`;
}

function small(text: string, settings: EdgeSettings): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= largestFunction) return text;
  throw new DeliveryError({
    code: 'edge-too-large',
    message: `The function has ${String(bytes)} bytes with its ${String(Object.keys(settings.apps).length)} apps; CloudFront takes ${String(largestFunction)}.`,
    remedy: 'Leave out remotes that every host loads through the resolver, or use `--target lambda`.',
  });
}

async function lambdaFiles(
  { pointers, signingKeys = [] }: Extract<EdgeBuild, { target: 'lambda' }>,
  settings: EdgeSettings,
): Promise<readonly BuiltFile[]> {
  const hasKeys = signingKeys.length > 0;
  const keys = hasKeys ? { keys: signingKeys.map(({ id, secret }) => ({ id, secret })) } : {};
  const text = written({ ...settings, pointers, ...keys }, await bundle('lambda-function.cjs'));
  return [{ path: 'index.js', text, isSecret: hasKeys }];
}

async function nginxFiles(
  build: Extract<EdgeBuild, { target: 'nginx' }>,
  settings: EdgeSettings,
): Promise<readonly BuiltFile[]> {
  const { listen, files, apiOrigin, module, keys } = build;
  const plainApps = Object.entries(settings.apps).flatMap(([app, prefix]) => (app === prefix ? [app] : []));
  const root = files.kind === 'folder' ? { root: files.root } : {};
  const adapter = written({ ...settings, ...root, keys }, await bundle('nginx-adapter.js'));
  const imports = Object.entries({
    fs: 'fs',
    crypto: 'crypto',
    cloudfront: 'cloudfront',
    request: 'sluice-viewer-request.js',
    response: 'sluice-viewer-response.js',
  }).map(([name, from]) => `import ${name} from '${from}';\n`);
  return [
    { path: 'nginx.conf', text: nginxConfiguration({ listen, files, plainApps, apiOrigin, module }) },
    { path: 'sluice-nginx.js', text: `${imports.join('')}${adapter}` },
    // As CloudFront gets them, and one line, because nobody could import them otherwise.
    { path: 'sluice-viewer-request.js', text: `${await viewerRequest(settings)}export default { handler };\n` },
    { path: 'sluice-viewer-response.js', text: `${await viewerResponse(settings)}export default { handler };\n` },
    { path: 'cloudfront', text: await bundle('nginx-cloudfront.js') },
    {
      path: 'run/README',
      text: 'Files of the running nginx: its process id, its cache, bodies of requests, last good pointers.\n',
    },
  ];
}

function written(settings: object, code: string): string {
  return `var SLUICE=${JSON.stringify(settings)};\n${code}`;
}

async function bundle(name: string): Promise<string> {
  const path = createRequire(import.meta.url).resolve(`@sluice/edge/bundles/${name}`);
  return readFile(path, 'utf8');
}
