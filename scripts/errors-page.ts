import { errorCodes } from '@sluice/core';

/** The page `docs/errors/README.md`, from the table of codes. */
export function errorsPage(): string {
  const rows = Object.entries(errorCodes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { exit, about }]) => `| <a id="${code}"></a>\`${code}\` | ${String(exit)} | ${about} |`);
  const exits = Object.entries(exitCodes).map(([exit, meaning]) => `| ${exit} | ${meaning} |`);
  return `# Errors

Made by \`npm run docs:errors\` from \`packages/core/src/errors.ts\`; do not edit it.

An error names the thing, the value seen and the value wanted, then what to type next, then its code in brackets. With
\`--json\` it is an object with \`code\`, \`message\`, \`remedy\` and \`details\`. A code never means two things.

| code | exit | meaning |
|---|---|---|
${rows.join('\n')}

## Exit codes

| exit | meaning |
|---|---|
${exits.join('\n')}
`;
}

const exitCodes: Readonly<Record<string, string>> = {
  0: 'promoted, or done',
  1: 'internal error',
  2: 'usage: the command, the configuration or a document is wrong',
  3: 'the rollout was rolled back or aborted',
  4: 'inconclusive',
  5: 'timed out',
  6: 'conflict: somebody else was first',
  7: 'refused',
  8: 'unreachable',
};
