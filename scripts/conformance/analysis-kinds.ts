import type { ProcessSpec, SlotCounts } from '@sluice/core';
import type { Code, Entry, Kind, Values } from './kinds.js';

interface Mixture extends ProcessSpec {
  readonly batches: readonly (SlotCounts & { readonly slots: number })[];
  readonly alpha: number;
  readonly minFail: number;
}

/** The e-processes of the error analysis: one increment, and a mixture over its whole run. */
export const analysisKinds: readonly (readonly [string, Kind])[] = [
  [
    'logInc',
    {
      matches: (entry) => ['nc', 'nb', 'ec', 'eb', 'rho', 'delta', 'r', 'logE'].every((key) => isNumber(entry[key])),
      expected: ({ logE }) => ({ logE }),
      seen: (code, entry) => {
        const { r, rho, delta, ...counts } = entry as unknown as SlotCounts & ProcessSpec & { r: number };
        return { logE: code.logIncrement(counts, { rho, delta }, r) };
      },
    },
  ],
  [
    'mixtureProcess',
    {
      matches: ({ grid, batches, logE, rho, w0 }) =>
        Array.isArray(grid) && Array.isArray(batches) && Array.isArray(logE) && isNumber(rho) && isNumber(w0),
      expected: ({ weights, logE, finalS, firstCrossing }) => ({ weights, logE, finalS, firstCrossing }),
      seen: mixtureSeen,
    },
  ],
];

function mixtureSeen(code: Code, entry: Entry): Values {
  const { rho, delta, grid, horizon, batches, alpha, minFail } = entry as unknown as Mixture;
  const spec: ProcessSpec = { rho, delta, grid, horizon, start: Number(entry['w0']) };
  let state = code.createProcess(spec);
  let failed = 0;
  let firstCrossing: number | null = null;
  const logE = batches.map(({ slots, ...counts }, index) => {
    state = code.updateProcess(state, spec, { counts, slots });
    failed += counts.ec;
    // 0-based; every failure of the vectors is another subject's.
    if (failed >= minFail && state.lnE >= -Math.log(alpha)) firstCrossing ??= index;
    return state.lnE;
  });
  // The evidence is the plain mean over the grid.
  return { weights: grid.map(() => 1 / grid.length), logE, finalS: state.lnS, firstCrossing };
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
