import type { Command } from 'commander';
import type { World } from '../context.js';
import type { EdgeBuildOptions } from '../commands/edge-build.js';
import { examples, globals } from './flags.js';

export function addEdge(program: Command, world: World): void {
  const edge = program.command('edge').description('edges for other hosts than this machine');
  edge
    .command('build')
    .description('write an edge for CloudFront, Lambda@Edge, nginx or Node, with the apps of sluice.config in it')
    .option('--target <edge>', 'cloudfront, lambda, nginx or node')
    .option('--out <dir>', 'folder to write to (default: edge/<target>)')
    .option('--store <name>', 'target of the configuration whose store and addresses are meant (default: local)')
    .option(
      '--origin <url>',
      'nginx: where files come from by HTTP, such as a bucket (default: the folder of the store)',
    )
    .option('--pointers <url>', 'lambda: where it asks for pointers, such as the distribution (default: the site)')
    .option(
      '--keys <file>',
      'lambda, nginx and node: the keys that sign visitors and links (default: those of the target)',
    )
    .option('--listen <address>', "nginx and node: where it listens (default: the target's edge)")
    .option('--api <origin>', "nginx and node: the controller's API (default: the target's controller)")
    .option('--region-header <name>', "header that names the visitor's region, such as CloudFront-Viewer-Country")
    .option('--plain-http', 'cookies without Secure, for a host without TLS')
    .option('--nginx-module <file>', "nginx's JavaScript module", '/usr/lib/nginx/modules/ngx_http_js_module.so')
    .addHelpText('after', teaching)
    .action(async (options: Omit<EdgeBuildOptions, keyof ReturnType<typeof globals>>, command: Command) => {
      const { edgeBuild } = await import('../commands/edge-build.js');
      await edgeBuild(world, { ...options, ...globals(command.parent ?? command) });
    });
}

const teaching = `${examples(
  'edge build --target cloudfront --region-header CloudFront-Viewer-Country',
  'edge build --target lambda --pointers https://d111111abcdef8.cloudfront.net',
  'edge build --target nginx --listen 0.0.0.0:8080 --plain-http',
  'edge build --target nginx --origin https://bucket.s3.eu-central-1.amazonaws.com',
  'edge build --target node --out /srv/edge',
)}
Which one:
  cloudfront  two CloudFront Functions, for viewer-request and viewer-response. The first reads the app's entry in a
              key-value store, so that a rollback needs no deployment.
  lambda      the same as Lambda@Edge, without a key-value store: it asks for pointers, and keeps each for 5 s and
              the last good one for as long as it must. Dearer and slower; CloudFront allows one of the two.
  nginx       a configuration that runs the function of CloudFront in nginx (Debian: nginx, libnginx-mod-http-js).
  node        the edge of \`sluice serve\` in one file, for a machine with Node and nothing else.

The apps are written into what is built: build and deploy again when sluice.config has another app, mount or folder, or
other words for \`visitors\` (whether they must agree before they get a cookie, and what their ids are).
Versions and percentages are not: those are read while it serves.
`;
