import type { AppDecision } from './decisions.js';
import { useDecisions } from './decisions.js';
import { reasonOf } from './reason.js';
import * as css from './shell.module.css';
import { useShown } from './shown.js';
import { shortened, visitorId } from './visitor.js';

/** Who is looking, and which version of every app this page runs. */
export function StatusStrip() {
  const id = visitorId();
  return (
    <aside className={css.strip} aria-label="Versions on this page">
      <span className={css.visitor}>
        visitor <code title={id}>{id === undefined ? 'unknown' : shortened(id)}</code>
      </span>
      <ul className={css.chips}>
        {[...useDecisions().values()].map((decision) => (
          <Chip key={decision.app} decision={decision} />
        ))}
      </ul>
      <a className={css.why} href="/releases">
        Why these?
      </a>
    </aside>
  );
}

function Chip({ decision }: { readonly decision: AppDecision }) {
  const shown = useShown(decision);
  return (
    <li data-kind={shown.kind} title={reasonOf(decision, shown)}>
      <strong>{decision.app}</strong> {shown.version}{' '}
      <small>
        {shown.kind}
        {decision.generation !== undefined && ` · gen ${decision.generation}`}
      </small>
    </li>
  );
}
