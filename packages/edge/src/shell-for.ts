import type { AppId } from '@sluice/core';

/** The folder whose documents a shell answers (`/admin`, or `''` for whatever no other shell answers), and the shell. */
export type Shell = readonly [mount: string, app: AppId];

/** The longest mount first, as {@link shellFor} needs them; of two with the same one the first is asked. */
export function inOrder(shells: readonly { readonly app: AppId; readonly mount?: string | undefined }[]): Shell[] {
  return shells.map(({ app, mount }): Shell => [mount ?? '', app]).toSorted(([a], [b]) => b.length - a.length);
}

/** Which shell answers a document. Part of the CloudFront Function: see choose-version.ts on how it is written. */
export function shellFor(shells: readonly Shell[], path: string): AppId | undefined {
  const found = shells.find((shell) => path === shell[0] || path.startsWith(`${shell[0]}/`));
  return found && found[1];
}
