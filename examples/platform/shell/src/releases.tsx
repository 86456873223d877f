import { Badge } from './badge.js';
import type { AppDecision } from './decisions.js';
import { useDecisions } from './decisions.js';
import { reasonOf } from './reason.js';
import { Ruler } from './ruler.js';
import * as css from './shell.module.css';
import { useShown } from './shown.js';
import type { Wish } from './visitor.js';
import { becomeSomebodyElse, currentWish, shortened, visitorId, wish } from './visitor.js';

const wishes: readonly (readonly [Wish, string])[] = [
  ['as-assigned', 'As assigned'],
  ['canary', 'Always the canary'],
  ['stable', 'Always stable'],
];

/** How this page was put together: every app's version, and why this visitor got it. */
export function Releases() {
  const id = visitorId();
  return (
    <section className={css.sheet}>
      <h1>How this page was put together</h1>
      <p className={css.lead}>
        You are visitor <code>{id === undefined ? 'without an id' : shortened(id)}</code>. For each app your id falls
        into one of 10,000 buckets; buckets below the canary’s share get the canary, on every page load, until the
        rollout ends.
      </p>
      <ul className={css.releases}>
        {[...useDecisions().values()].map((decision) => (
          <Release key={decision.app} decision={decision} />
        ))}
      </ul>
      <Wishes />
    </section>
  );
}

function Release({ decision }: { readonly decision: AppDecision }) {
  const { app, generation, percent, stable } = decision;
  const shown = useShown(decision);
  return (
    <li>
      <strong>{app}</strong>
      <span className={css.version}>{shown.version}</span>
      <Badge kind={shown.kind} />
      <span className={css.reason}>{reasonOf(decision, shown)}</span>
      <Ruler decision={decision} />
      <small>
        stable {stable}
        {percent > 0 && ` · canary ${percent} %`}
        {generation !== undefined && ` · generation ${generation}`}
      </small>
    </li>
  );
}

function Wishes() {
  const current = currentWish();
  return (
    <div className={css.wishes}>
      <div role="group" aria-label="Which versions to show">
        {wishes.map(([name, label]) => (
          <button key={name} type="button" aria-pressed={name === current} onClick={() => wish(name)}>
            {label}
          </button>
        ))}
      </div>
      <button type="button" onClick={becomeSomebodyElse}>
        Become somebody else
      </button>
    </div>
  );
}
