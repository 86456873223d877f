import type { AppDecision } from './decisions.js';
import * as css from './shell.module.css';

/** All buckets from left to right; the canary's share is filled, the visitor's own bucket is the mark. */
export function Ruler({ decision: { reason, bucket, percent } }: { readonly decision: AppDecision }) {
  if (reason !== 'bucket' || bucket === undefined) return undefined;
  return (
    <span className={css.ruler} aria-hidden="true" title={`bucket ${bucket} of 10000, canary below ${percent * 100}`}>
      <i style={{ width: `${percent}%` }} />
      <b style={{ left: `${bucket / 100}%` }} />
    </span>
  );
}
