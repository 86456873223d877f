import type { PageDecision } from '../decide.js';
import { drawing } from './element.js';

const width = 400;
const height = 18;

/** All 10,000 buckets from left to right: the canary's share is filled, the mark is the visitor's own. */
export function ruler({ bucket, percent }: PageDecision): SVGElement | undefined {
  if (bucket === undefined) return undefined;
  const at = Math.min(Math.max((bucket / 10_000) * width, 1.5), width - 1.5);
  const ticks = [0.25, 0.5, 0.75].map((share) =>
    drawing('path', { class: 'tick', d: `M${String(share * width)} 6v6` }),
  );
  return drawing(
    'svg',
    {
      class: 'ruler',
      viewBox: `0 0 ${String(width)} ${String(height)}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
    },
    drawing('rect', { class: 'all', y: 6, width, height: 6, rx: 3 }),
    drawing('rect', { class: 'share', y: 6, width: (percent / 100) * width, height: 6, rx: 3 }),
    ...ticks,
    drawing('path', { class: 'mark', d: `M${at.toFixed(1)} 1v16` }),
  );
}
