import * as css from './shell.module.css';
import type { Kind } from './shown.js';

export function Badge({ kind }: { readonly kind: Kind }) {
  return (
    <span className={css.badge} data-kind={kind}>
      {kind}
    </span>
  );
}
