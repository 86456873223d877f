import * as css from './app.module.css';
import type { Order } from './orders.js';

const kilosPerBatch = 12;
const minutesPerBatch = 17;

/** One bar per coffee, as long as its batches take one after the other; since v1.1. */
export function RoastPlan({ order }: { readonly order: Order }) {
  const minutes = order.lines.map(({ kg }) => Math.ceil(kg / kilosPerBatch) * minutesPerBatch);
  const all = minutes.reduce((sum, each) => sum + each, 0);
  const startOf = (at: number): number => minutes.slice(0, at).reduce((sum, each) => sum + each, 0);
  return (
    <section className={css.plan} aria-label="Roast plan">
      <h2 className={css.subtitle}>
        Roast plan <span className={css.hint}>{all} min on drum 2</span>
      </h2>
      {order.lines.map(({ coffee }, at) => (
        <p key={coffee} className={css.lane}>
          <span>{coffee}</span>
          <span className={css.track}>
            <i style={{ left: `${(startOf(at) / all) * 100}%`, width: `${((minutes[at] ?? 0) / all) * 100}%` }} />
          </span>
          <span className={css.minutes}>{minutes[at]} min</span>
        </p>
      ))}
    </section>
  );
}
