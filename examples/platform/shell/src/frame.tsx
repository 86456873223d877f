import type { ComponentType } from 'react';
import { Suspense, useCallback } from 'react';
import { Badge } from './badge.js';
import type { AppDecision } from './decisions.js';
import { useDecision } from './decisions.js';
import { reasonOf } from './reason.js';
import { Ruler } from './ruler.js';
import * as css from './shell.module.css';
import { noteShown, useSeen, useShown } from './shown.js';

/** What every micro-frontend of this platform is given. */
export interface MfeProps {
  readonly path: string;
  readonly onShown: (version: string) => void;
}

interface FrameProps {
  readonly app: string;
  readonly path: string;
  readonly mfe: ComponentType<MfeProps>;
}

/** One micro-frontend, with a label that says which version it is, and why. */
export function Frame({ app, path, mfe: Mfe }: FrameProps) {
  const onShown = useCallback((version: string) => noteShown(app, version), [app]);
  return (
    <section className={css.frame} aria-label={app}>
      <Suspense fallback={<p className={css.label}>{app}</p>}>
        <FrameLabel app={app} />
      </Suspense>
      <div className={css.stage}>
        <Mfe path={path} onShown={onShown} />
      </div>
    </section>
  );
}

function FrameLabel({ app }: { readonly app: string }) {
  // Decided late where the page has no index: read again when the app is there.
  useSeen(app);
  const decision = useDecision(app);
  if (decision === undefined) return <p className={css.label}>{app} is not known to this platform</p>;
  return <Label decision={decision} />;
}

function Label({ decision }: { readonly decision: AppDecision }) {
  const shown = useShown(decision);
  return (
    <p className={css.label} data-kind={shown.kind}>
      <strong>{decision.app}</strong>
      <span className={css.version}>{shown.version}</span>
      <Badge kind={shown.kind} />
      <span className={css.reason}>{reasonOf(decision, shown)}</span>
      <Ruler decision={decision} />
    </p>
  );
}
