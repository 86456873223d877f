// Files that outlive a request, which each has an engine of its own. Runs in njs: see choose-version.ts on how it is written.
declare const fs: {
  readFileSync(path: string, encoding: 'utf8'): string;
  writeFileSync(path: string, text: string): void;
  renameSync(from: string, to: string): void;
};
/** `conf_prefix` is the folder of nginx.conf, in which all of this lies. */
declare const ngx: { readonly conf_prefix: string };
declare const process: { readonly pid: number };

/** A file of the running nginx. */
export function runFile(name: string): string {
  return `${ngx.conf_prefix}run/${name}`;
}

/** Empty where it cannot be read. */
export function textOf(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Whole or not at all; false where nothing can be written. */
export function keep(path: string, text: string): boolean {
  try {
    // Of this worker, which does one thing at a time.
    const own = `${path}.${String(process.pid)}`;
    fs.writeFileSync(own, text);
    fs.renameSync(own, path);
    return true;
  } catch {
    return false;
  }
}
