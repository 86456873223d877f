import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A program of this machine that a part of the suite needs. */
export interface Needed {
  /** What it would need; undefined where it is there. */
  readonly missing: string | undefined;
}

/** nginx's JavaScript engine as a program of its own. */
export const njs: Needed = {
  missing: answers('njs') ? undefined : 'needs njs (on Debian: apt-get install njs)',
};

/** nginx with its JavaScript module. */
export const nginx: Needed & { readonly program: string; readonly module: string } = {
  // Debian keeps it where only root looks.
  program: answers('nginx') ? 'nginx' : '/usr/sbin/nginx',
  module: '/usr/lib/nginx/modules/ngx_http_js_module.so',
  get missing() {
    const there = answers(this.program) && existsSync(this.module);
    return there ? undefined : 'needs nginx with njs (on Debian: apt-get install nginx libnginx-mod-http-js)';
  },
};

export function answers(program: string): boolean {
  return spawnSync(program, ['-v']).error === undefined;
}
