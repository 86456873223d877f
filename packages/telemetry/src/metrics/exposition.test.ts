import { expect, it } from 'vitest';
import { expositionText } from './exposition.js';

it('writes families with help and type, label values escaped, numbers beyond all bounds by their names', () => {
  const text = expositionText([
    {
      name: 'sluice_events_total',
      help: 'Events.',
      kind: 'counter',
      samples: [
        { labels: { app: 'mfe1', why: 'a "b"\\c\nd' }, value: 3 },
        { labels: {}, value: 1e21 },
      ],
    },
    { name: 'sluice_empty', help: 'Nothing.', kind: 'gauge', samples: [] },
    {
      name: 'sluice_x',
      help: 'Odd.',
      kind: 'gauge',
      samples: [NaN, Infinity, -Infinity].map((value) => ({ labels: {}, value })),
    },
  ]);
  expect(text).toBe(
    [
      '# HELP sluice_events_total Events.',
      '# TYPE sluice_events_total counter',
      String.raw`sluice_events_total{app="mfe1",why="a \"b\"\\c\nd"} 3`,
      'sluice_events_total 1e+21',
      '# HELP sluice_x Odd.',
      '# TYPE sluice_x gauge',
      'sluice_x NaN',
      'sluice_x +Inf',
      'sluice_x -Inf',
      '',
    ].join('\n'),
  );
});
