import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Packs each public package and asks publint and attw whether those who install it can use it.
const packages = readdirSync('packages').filter((name) => {
  const manifest = JSON.parse(readFileSync(join('packages', name, 'package.json'), 'utf8')) as { private?: boolean };
  return manifest.private !== true;
});
const folder = mkdtempSync(join(tmpdir(), 'sluice-pack-'));
try {
  for (const name of packages) {
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, '-w', `packages/${name}`]);
    const tarball = join(folder, packed.toString().trim().split('\n').at(-1) ?? '');
    execFileSync('npx', ['publint', '--strict', tarball], { stdio: ['ignore', 'ignore', 'inherit'] });
    // Every package is ESM only; what older resolutions make of it is not our promise.
    execFileSync('npx', ['attw', '--profile', 'esm-only', '--quiet', tarball], { stdio: 'inherit' });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
