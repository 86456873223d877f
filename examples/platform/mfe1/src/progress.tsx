import * as css from './app.module.css';
import type { State } from './orders.js';
import { states } from './orders.js';

/** Four steps from placed to sent; since v1.1. */
export function Progress({ state }: { readonly state: State }) {
  const reached = states.indexOf(state);
  return (
    <span className={css.progress}>
      <span className={css.steps} aria-hidden="true">
        {states.map((step, at) => (
          <i key={step} data-done={at <= reached} />
        ))}
      </span>
      {state}
    </span>
  );
}
