import { DeliveryError, type AppPlace, type VersionId } from '@sluice/core';
import type { Context } from '../context.js';
import { regionStore } from './store.js';

export interface RegionState {
  readonly region: string;
  readonly state: 'there' | 'not-there';
  readonly problem?: string;
}

/** A version goes into every region of the target; one that cannot be reached is said, and does not stop the others. */
export async function copyToRegions(
  { target, store: from }: Context,
  version: { readonly place: AppPlace; readonly version: VersionId },
): Promise<readonly RegionState[]> {
  if (target.kind === 'local') return [];
  const { copyVersion } = await import('@sluice/publish');
  return Promise.all(
    target.regions.map(async (region): Promise<RegionState> => {
      try {
        await copyVersion({ from, to: await regionStore(target, region), ...version });
        return { region: region.name, state: 'there' };
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
        return { region: region.name, state: 'not-there', problem: `${error.message} ${error.remedy}` };
      }
    }),
  );
}

export function regionLines(regions: readonly RegionState[]): readonly string[] {
  return regions.map(({ region, state, problem = '' }) =>
    state === 'there' ? `Region ${region} has it too.` : `Region ${region} does not have it: ${problem}`,
  );
}
