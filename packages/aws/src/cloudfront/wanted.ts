import {
  DeliveryError,
  parseVersionId,
  type AppId,
  type Inability,
  type Plan,
  type Pointer,
  type VersionId,
} from '@sluice/core';

/** CloudFront sends at most this share to a staging distribution (AWS, "Quotas: continuous deployment"). */
const mostPercent = 15;

/** What a pointer asks of the two distributions. */
export type Wanted =
  | { readonly kind: 'stable'; readonly stable: VersionId }
  | { readonly kind: 'share'; readonly stable: VersionId; readonly canary: VersionId; readonly weight: number }
  /** Everybody gets the canary: the staging distribution's configuration becomes the primary's. */
  | { readonly kind: 'all'; readonly canary: VersionId };

/** Throws `weight-capped` and `router-behind` where continuous deployment cannot do it. */
export function wantedOf(app: AppId, pointer: Pointer): Wanted {
  const { version: stable, canaryVersion: canary, canaryPercent: percent } = pointer;
  if (canary === null || percent === 0 || (pointer.blocked?.includes(canary) ?? false))
    return { kind: 'stable', stable };
  const finer = (['audience', 'allowList', 'enabledRegions'] as const).filter((name) => pointer[name] !== undefined);
  if (finer.length > 0) throw tooFine(app, finer);
  if (percent === 100) return { kind: 'all', canary };
  if (percent > mostPercent) throw tooMuch(app, percent);
  return { kind: 'share', stable, canary, weight: Math.round(percent * 100) / 10_000 };
}

/** What of a plan it cannot do: said before a rollout starts, so that none stops half way. */
export function inabilities({ stages, ramp }: Plan): readonly Inability[] {
  const most = `${String(mostPercent)} %`;
  const remedy = `Use stages of at most ${most} before 100 %, or router: 'edge', which takes any share.`;
  const shares = stages
    .map(({ weightBp }) => weightBp / 100)
    .filter((percent) => percent > mostPercent && percent < 100)
    .map((percent) => ({ problem: `${String(percent)} % is more than ${most}, its most.`, remedy }));
  const audiences = stages.flatMap(({ audience }) =>
    audience === undefined
      ? []
      : [
          {
            problem: `It picks visitors by itself and knows no audience ${audience}.`,
            remedy: "Leave the stage for the audience out, or use router: 'edge'.",
          },
        ],
  );
  if (ramp === null) return [...shares, ...audiences];
  return [...audiences, { problem: `An adaptive ramp sets any share; ${most} is its most.`, remedy }];
}

function tooMuch(app: AppId, percent: number): DeliveryError {
  return new DeliveryError({
    code: 'weight-capped',
    message: `${app}: ${String(percent)} % is asked for, and continuous deployment of CloudFront takes at most ${String(mostPercent)} %.`,
    remedy: `Give the app a plan with stages of at most ${String(mostPercent)} % before 100, or set router: 'edge', which takes any share.`,
  });
}

function tooFine(app: AppId, names: readonly string[]): DeliveryError {
  return new DeliveryError({
    code: 'router-behind',
    message: `${app}: continuous deployment of CloudFront picks visitors by itself and knows no ${names.join(', ')}.`,
    remedy: "Start it without, or set router: 'edge'.",
  });
}

/** The pointer that was reached, as the value of a tag: letters, digits and `=.-` only, which tags allow. */
export function noteOf(pointer: Pointer, generation: number): string {
  const { version, canaryVersion, canaryPercent, rolloutId } = pointer;
  const canary = canaryVersion === null ? [] : [`c=${canaryVersion}`, `p=${String(canaryPercent)}`];
  const rollout = rolloutId === undefined ? [] : [`r=${rolloutId}`];
  return [`g=${String(generation)}`, `v=${version}`, ...canary, ...rollout].join(' ');
}

export function readNote(text: string | undefined): (Pointer & { readonly generation: number }) | undefined {
  const fields = new Map((text ?? '').split(' ').map((part) => [part.slice(0, 1), part.slice(2)] as const));
  const version = parseVersionId(fields.get('v'));
  const generation = Number(fields.get('g') ?? NaN);
  if (version === undefined || !Number.isSafeInteger(generation)) return undefined;
  const rolloutId = fields.get('r');
  return {
    version,
    canaryVersion: parseVersionId(fields.get('c')) ?? null,
    canaryPercent: Number(fields.get('p') ?? 0),
    lastUpdated: '',
    generation,
    ...(rolloutId === undefined ? {} : { rolloutId }),
  };
}
